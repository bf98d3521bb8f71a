import { z } from "zod";

import { stopSequenceSchema } from "../stop-sequence-schema.ts";

const MAX_STOP_SEQUENCES = 256;

/** A content block of any kind; `parse-blocks.ts` decides which kinds a role may hold. */
export const blockSchema = z.looseObject({ type: z.string() });

const textBlockSchema = z.looseObject({ type: z.literal("text"), text: z.string() });

const messageSchema = z.looseObject({
  role: z.enum(["user", "assistant", "system"]),
  content: z.union([z.string(), z.array(blockSchema)]),
});

/** What a request for a message and one for counting its tokens share. */
export const promptSchema = z.looseObject({
  model: z.string().min(1),
  messages: z.array(messageSchema).min(1),
  system: z.union([z.string(), z.array(textBlockSchema)]).nullish(),

  tools: z.array(z.looseObject({ type: z.string().nullish() })).nullish(),
  tool_choice: z
    .looseObject({
      type: z.enum(["auto", "any", "tool", "none"]),
      name: z.string().nullish(),
      disable_parallel_tool_use: z.boolean().nullish(),
    })
    .nullish(),

  thinking: z
    .looseObject({
      type: z.enum(["enabled", "disabled", "adaptive", "between_tools"]),
      budget_tokens: z.int().min(1024).nullish(),
      display: z.string().nullish(),
    })
    .nullish(),
  output_config: z
    .looseObject({
      effort: z.enum(["low", "medium", "high", "xhigh", "max"]).nullish(),
      format: z.looseObject({ type: z.string() }).nullish(),
    })
    .nullish(),
  /** The older name of `output_config.format`. */
  output_format: z.looseObject({ type: z.string() }).nullish(),

  container: z.unknown().optional(),
  mcp_servers: z.array(z.unknown()).nullish(),
});

/**
 * The body of `POST /v1/messages`. Loose: fields that are not listed pass and are reported as ignored. `null` means absent.
 */
export const messagesRequestSchema = promptSchema.extend({
  max_tokens: z.int().min(1),
  stream: z.boolean().nullish(),
  stop_sequences: z.array(stopSequenceSchema).max(MAX_STOP_SEQUENCES).nullish(),
  temperature: z.number().min(0).max(1).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.int().min(0).nullish(),
  metadata: z.looseObject({}).nullish(),
  /** Turnpike's own; read by `parse-claude-settings.ts`. */
  claude: z.looseObject({}).nullish(),
  /** A conversation that the server would keep under the answer's id. */
  thread: z.unknown().optional(),
});

export type PromptBody = z.output<typeof promptSchema>;
export type MessagesRequestBody = z.output<typeof messagesRequestSchema>;
export type MessageBody = z.output<typeof messageSchema>;
export type BlockBody = z.output<typeof blockSchema>;
