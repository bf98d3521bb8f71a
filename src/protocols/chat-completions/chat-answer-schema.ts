import { z } from "zod";

import { fileChangeSchema, noticeSchema } from "../agent-schemas.ts";

/** What chat completions are answered with, for /openapi.json. A stream has the same in pieces. */

const callSchema = z.object({
  id: z.string(),
  type: z.literal("function"),
  function: z.object({ name: z.string(), arguments: z.string().describe("JSON text.") }),
});

const activitySchema = z.object({
  id: z.string(),
  name: z.string().optional(),
  input: z.string().optional().describe("JSON text."),
  status: z.enum(["in_progress", "completed", "failed"]),
  elapsed_ms: z.string().optional(),
  output: z.string().optional(),
});

const messageSchema = z.object({
  role: z.literal("assistant"),
  content: z.string().nullable().describe("Null when there are calls and no text."),
  refusal: z.null(),
  annotations: z.array(z.unknown()),
  reasoning_content: z.string().optional().describe("Claude's thinking; not OpenAI's field."),
  reasoning: z.string().optional(),
  tool_calls: z.array(callSchema).optional(),
  function_call: callSchema.shape.function.optional(),
  claude: z
    .object({
      activity: z.array(activitySchema).optional(),
      file_changes: z.array(fileChangeSchema).optional(),
      file_changes_incomplete: z.literal(true).optional(),
      notices: z.array(noticeSchema).optional(),
      stop_reason: z.enum(["max_turns", "max_budget"]).optional(),
    })
    .optional()
    .describe("Turnpike's own field: what Claude Code did by itself."),
});

const usageSchema = z.object({
  prompt_tokens: z.number().describe("With those that the cache held."),
  completion_tokens: z.number(),
  total_tokens: z.number(),
  prompt_tokens_details: z.object({
    cached_tokens: z.number(),
    cache_write_tokens: z.number(),
    audio_tokens: z.number(),
  }),
  completion_tokens_details: z.object({
    reasoning_tokens: z.number(),
    audio_tokens: z.number(),
    accepted_prediction_tokens: z.number(),
    rejected_prediction_tokens: z.number(),
  }),
});

export const chatCompletionSchema = z.object({
  id: z.string(),
  object: z.literal("chat.completion"),
  created: z.number().describe("Seconds since the epoch."),
  model: z.string(),
  service_tier: z.literal("default"),
  choices: z.array(
    z.object({
      index: z.number(),
      message: messageSchema,
      logprobs: z.null(),
      finish_reason: z.enum(["stop", "length", "tool_calls", "function_call"]),
    }),
  ),
  usage: usageSchema,
});

export const storedChatCompletionSchema = chatCompletionSchema.extend({
  metadata: z.record(z.string(), z.string()),
});

/** A message that a stored completion was asked with. */
export const storedMessageSchema = z.looseObject({ id: z.string(), role: z.string() });

export const deletedChatCompletionSchema = z.object({
  object: z.literal("chat.completion.deleted"),
  id: z.string(),
  deleted: z.literal(true),
});

/** Of the older `/v1/completions`. */
export const completionSchema = z.object({
  id: z.string(),
  object: z.literal("text_completion"),
  created: z.number(),
  model: z.string(),
  choices: z.array(
    z.object({
      text: z.string(),
      index: z.number(),
      logprobs: z.null(),
      finish_reason: z.enum(["stop", "length"]),
    }),
  ),
  usage: usageSchema,
});
