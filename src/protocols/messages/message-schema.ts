import { z } from "zod";

/** What `/v1/messages` answers with, for /openapi.json. A stream has the same in pieces. */

const blockSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string(), citations: z.null() }),
  z.object({ type: z.literal("thinking"), thinking: z.string(), signature: z.string() }),
  z.object({ type: z.literal("redacted_thinking"), data: z.string() }),
  z.object({
    type: z.literal("tool_use"),
    id: z.string(),
    name: z.string(),
    input: z.unknown(),
    caller: z.object({ type: z.literal("direct") }),
  }),
]);

const usageSchema = z.object({
  input_tokens: z.number().describe("Without those that the cache held or was given."),
  cache_creation_input_tokens: z.number(),
  cache_creation: z.object({ ephemeral_5m_input_tokens: z.number(), ephemeral_1h_input_tokens: z.number() }),
  cache_read_input_tokens: z.number(),
  output_tokens: z.number(),
  output_tokens_details: z.object({ thinking_tokens: z.number() }),
  server_tool_use: z.null(),
  inference_geo: z.null(),
  service_tier: z.literal("standard"),
  speed: z.null(),
});

export const messageSchema = z.object({
  id: z.string(),
  type: z.literal("message"),
  role: z.literal("assistant"),
  model: z.string(),
  container: z.null(),
  diagnostics: z.null(),
  content: z.array(blockSchema),
  stop_reason: z.enum([
    "end_turn",
    "max_tokens",
    "model_context_window_exceeded",
    "stop_sequence",
    "tool_use",
    "pause_turn",
    "refusal",
  ]),
  stop_sequence: z.string().nullable(),
  stop_details: z
    .object({ type: z.literal("refusal"), category: z.string().nullable(), explanation: z.string() })
    .nullable(),
  usage: usageSchema,
});

export const messageTokensSchema = z.object({ input_tokens: z.number() });
