import { z } from "zod";

import { stopSequenceSchema } from "../stop-sequence-schema.ts";
import { MAX_TOOLS } from "../tool-bounds.ts";

const FUNCTION_NAME = /^[a-zA-Z0-9_-]+$/;

const functionName = z.string().min(1).max(64).regex(FUNCTION_NAME);
const effort = z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]);
const jsonObject = z.record(z.string(), z.unknown());

/** A content part of any kind; `parse-content-part.ts` decides which kinds a role may have. */
const contentPartSchema = z.looseObject({
  type: z.string(),
  text: z.string().nullish(),
  refusal: z.string().nullish(),
  image_url: z
    .looseObject({ url: z.string(), detail: z.enum(["auto", "low", "high", "original"]).nullish() })
    .nullish(),
  file: z
    .looseObject({
      file_data: z.string().nullish(),
      file_id: z.string().nullish(),
      filename: z.string().nullish(),
    })
    .nullish(),
});

const functionCallSchema = z.looseObject({ name: functionName, arguments: z.string() });

const toolCallSchema = z.looseObject({
  id: z.string().min(1),
  type: z.string().nullish(),
  function: functionCallSchema.nullish(),
});

const messageSchema = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(contentPartSchema).min(1)]).nullish(),
  refusal: z.string().nullish(),
  tool_calls: z.array(toolCallSchema).nullish(),
  tool_call_id: z.string().nullish(),
  function_call: functionCallSchema.nullish(),
  /** On a result, from clients that use Anthropic's fields. */
  is_error: z.boolean().nullish(),
  name: z.string().nullish(),
  audio: z.unknown().optional(),
});

const functionSchema = z.looseObject({
  name: functionName,
  description: z.string().nullish(),
  parameters: jsonObject.nullish(),
  strict: z.boolean().nullish(),
});

const toolSchema = z.looseObject({ type: z.string(), function: functionSchema.nullish() });

/** A reference to a tool that was declared elsewhere in the request. */
const toolNameSchema = z.looseObject({
  type: z.string(),
  function: z.looseObject({ name: z.string() }).nullish(),
});

const toolChoiceSchema = z.union([
  z.enum(["none", "auto", "required"]),
  toolNameSchema.extend({
    allowed_tools: z
      .looseObject({ mode: z.enum(["auto", "required"]), tools: z.array(toolNameSchema).min(1) })
      .nullish(),
  }),
]);

const responseFormatSchema = z.looseObject({
  type: z.string(),
  json_schema: z
    .looseObject({
      name: functionName,
      description: z.string().nullish(),
      schema: jsonObject.nullish(),
      strict: z.boolean().nullish(),
    })
    .nullish(),
});

/**
 * The body of `POST /v1/chat/completions`. Loose: fields that are not listed pass and are reported as ignored. `null`
 * means absent, as many clients send it for whatever they leave unset.
 */
export const chatRequestSchema = z.looseObject({
  model: z.string().min(1),
  messages: z.array(messageSchema).min(1),

  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),

  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  stop: z.union([stopSequenceSchema, z.array(stopSequenceSchema).max(4)]).nullish(),
  reasoning_effort: effort.nullish(),
  /** Other servers' parameters for how hard the model thinks and how that is shown; read by `parse-thinking.ts`. */
  reasoning: z
    .looseObject({
      effort: effort.nullish(),
      enabled: z.boolean().nullish(),
      max_tokens: z.int().min(0).nullish(),
      exclude: z.boolean().nullish(),
    })
    .nullish(),
  include_reasoning: z.boolean().nullish(),
  thinking: z
    .union([
      z.boolean(),
      z.looseObject({
        type: z.enum(["enabled", "disabled", "adaptive", "between_tools", "auto"]),
        budget_tokens: z.int().min(0).nullish(),
      }),
    ])
    .nullish(),
  enable_thinking: z.boolean().nullish(),
  verbosity: z.enum(["low", "medium", "high"]).nullish(),
  n: z.int().min(1).max(128).nullish(),

  tools: z.array(toolSchema).max(MAX_TOOLS).nullish(),
  tool_choice: toolChoiceSchema.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  functions: z.array(functionSchema).max(MAX_TOOLS).nullish(),
  function_call: z.union([z.enum(["none", "auto"]), z.looseObject({ name: z.string() })]).nullish(),
  response_format: responseFormatSchema.nullish(),

  store: z.boolean().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  user: z.string().nullish(),
  safety_identifier: z.string().nullish(),

  /** Turnpike's own; read by `parse-claude-settings.ts`. */
  claude: jsonObject.nullish(),

  // Refused as soon as they ask for anything.
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).nullish(),
  modalities: z.array(z.string()).nullish(),
  audio: z.unknown().optional(),
  moderation: z.unknown().optional(),
  web_search_options: z.unknown().optional(),
});

export type ChatRequestBody = z.output<typeof chatRequestSchema>;
export type ChatMessageBody = z.output<typeof messageSchema>;
export type ChatContentPartBody = z.output<typeof contentPartSchema>;
export type ChatFunctionBody = z.output<typeof functionSchema>;
export type ChatToolNameBody = z.output<typeof toolNameSchema>;
