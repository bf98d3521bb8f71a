import { z } from "zod";

import type { JsonObject } from "../../../core/words/client-tool.ts";
import { fileChangeSchema, noticeSchema } from "../../agent-schemas.ts";

/** What responses are answered with, for /openapi.json. */

const itemStatus = z.enum(["in_progress", "completed", "incomplete"]);

const messageSchema = z.object({
  id: z.string(),
  type: z.literal("message"),
  status: itemStatus,
  role: z.literal("assistant"),
  content: z.array(
    z.discriminatedUnion("type", [
      z.object({
        type: z.literal("output_text"),
        text: z.string(),
        annotations: z.array(z.looseObject({ type: z.string() })),
        logprobs: z.array(z.unknown()),
      }),
      z.object({ type: z.literal("refusal"), refusal: z.string() }),
    ]),
  ),
});

const reasoningSchema = z.object({
  id: z.string(),
  type: z.literal("reasoning"),
  status: itemStatus,
  summary: z.array(z.object({ type: z.literal("summary_text"), text: z.string() })),
  encrypted_content: z.string().optional().describe("Only this server can read it; to be sent back."),
});

const called = { id: z.string(), status: itemStatus, call_id: z.string() };

const functionCallSchema = z.object({
  ...called,
  type: z.literal("function_call"),
  name: z.string(),
  namespace: z.string().optional(),
  arguments: z.string().describe("JSON text."),
});

const customCallSchema = z.object({
  ...called,
  type: z.literal("custom_tool_call"),
  name: z.string(),
  namespace: z.string().optional(),
  input: z.string(),
});

/** Calls of other tools, the client's or Claude Code's own, with their results. */
const otherItemSchema = z.looseObject({
  id: z.string(),
  type: z.enum([
    "apply_patch_call",
    "apply_patch_call_output",
    "code_interpreter_call",
    "local_shell_call",
    "mcp_approval_request",
    "mcp_call",
    "mcp_list_tools",
    "shell_call",
    "shell_call_output",
    "web_search_call",
  ]),
});

const outputItemSchema = z.discriminatedUnion("type", [
  messageSchema,
  reasoningSchema,
  functionCallSchema,
  customCallSchema,
  otherItemSchema,
]);

const usageSchema = z.object({
  input_tokens: z.number().describe("With those that the cache held."),
  input_tokens_details: z.object({ cached_tokens: z.number(), cache_write_tokens: z.number() }),
  output_tokens: z.number(),
  output_tokens_details: z.object({ reasoning_tokens: z.number() }),
  total_tokens: z.number(),
});

/** What the request asked for, with OpenAI's defaults for what it left out; made in `echo-request.ts`. */
const repeated = {
  background: z.boolean(),
  conversation: z.object({ id: z.string() }).optional(),
  frequency_penalty: z.number(),
  instructions: z.unknown(),
  max_output_tokens: z.number().nullable(),
  max_tool_calls: z.number().nullable(),
  metadata: z.record(z.string(), z.string()),
  parallel_tool_calls: z.boolean(),
  presence_penalty: z.number(),
  previous_response_id: z.string().nullable(),
  prompt_cache_key: z.string().nullable(),
  reasoning: z.object({ effort: z.string().nullable(), summary: z.string().nullable() }),
  safety_identifier: z.string().nullable(),
  service_tier: z.literal("default"),
  store: z.boolean(),
  temperature: z.number(),
  text: z.object({ format: z.looseObject({ type: z.string() }), verbosity: z.string().optional() }),
  tool_choice: z.unknown(),
  tools: z.array(z.looseObject({ type: z.string() })),
  top_logprobs: z.number(),
  top_p: z.number(),
  truncation: z.string(),
  user: z.string().optional(),
};

const repeatedSchema = z.object(repeated);
/** A field that is added to one is asked for in the other. */
export type RepeatedBody = Omit<z.output<typeof repeatedSchema>, "tools"> & {
  readonly tools: readonly JsonObject[];
};

export const responseSchema = z.object({
  id: z.string(),
  object: z.literal("response"),
  created_at: z.number().describe("Seconds since the epoch."),
  completed_at: z.number().nullable(),
  status: z.enum(["queued", "in_progress", "completed", "incomplete", "failed", "cancelled"]),
  error: z.looseObject({ code: z.string(), message: z.string() }).nullable(),
  incomplete_details: z.looseObject({ reason: z.string() }).nullable(),
  model: z.string(),
  output: z.array(outputItemSchema),
  usage: usageSchema.nullable().describe("Null until it has ended."),
  access_programs: z.null(),
  ...repeated,
  claude: z
    .looseObject({
      file_changes: z.array(fileChangeSchema).optional(),
      file_changes_incomplete: z.literal(true).optional(),
      notices: z.array(noticeSchema).optional(),
      stop_reason: z.enum(["max_turns", "max_budget"]).optional(),
    })
    .optional()
    .describe("Turnpike's own field: what Claude Code did by itself."),
});

/** An item as it was sent or made. */
export const inputItemSchema = z.looseObject({ id: z.string(), type: z.string() });

export const deletedResponseSchema = z.object({
  id: z.string(),
  object: z.literal("response"),
  deleted: z.literal(true),
});

export const inputTokensSchema = z.object({
  object: z.literal("response.input_tokens"),
  input_tokens: z.number(),
});

export const compactionAnswerSchema = z.object({
  id: z.string(),
  object: z.literal("response.compaction"),
  created_at: z.number(),
  output: z.array(
    z.object({
      id: z.string(),
      type: z.literal("compaction"),
      encrypted_content: z.string().describe("Only this server can read it; to be sent back."),
    }),
  ),
  usage: usageSchema,
});
