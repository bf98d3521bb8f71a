import * as zod from "zod";

/**
 * What the Open Responses specification says of answers, with all that it requires; more may be there. Its items are all that
 * it names without a prefix of the server's own.
 */
const nullableText = zod.nullable(zod.string());
const status = zod.enum(["in_progress", "completed", "incomplete"]);

const contentPart = zod.discriminatedUnion("type", [
  zod.looseObject({ type: zod.literal("input_text"), text: zod.string() }),
  zod.looseObject({
    type: zod.literal("output_text"),
    text: zod.string(),
    annotations: zod.array(zod.unknown()),
    logprobs: zod.array(zod.unknown()),
  }),
  zod.looseObject({ type: zod.literal("text"), text: zod.string() }),
  zod.looseObject({ type: zod.literal("summary_text"), text: zod.string() }),
  zod.looseObject({ type: zod.literal("reasoning_text"), text: zod.string() }),
  zod.looseObject({ type: zod.literal("refusal"), refusal: zod.string() }),
]);

export const itemSchema = zod.discriminatedUnion("type", [
  zod.looseObject({
    type: zod.literal("message"),
    id: zod.string(),
    status,
    role: zod.enum(["user", "assistant", "system", "developer"]),
    content: zod.array(contentPart),
    phase: zod.optional(zod.enum(["commentary", "final_answer"])),
  }),
  zod.looseObject({
    type: zod.literal("function_call"),
    id: zod.string(),
    call_id: zod.string(),
    name: zod.string(),
    arguments: zod.string(),
    status,
  }),
  zod.looseObject({
    type: zod.literal("reasoning"),
    id: zod.string(),
    summary: zod.array(contentPart),
    content: zod.optional(zod.array(contentPart)),
    encrypted_content: zod.optional(zod.string()),
  }),
  zod.looseObject({
    type: zod.literal("compaction"),
    id: zod.string(),
    encrypted_content: zod.string(),
  }),
]);

export const usageSchema = zod.looseObject({
  input_tokens: zod.int(),
  output_tokens: zod.int(),
  total_tokens: zod.int(),
  input_tokens_details: zod.looseObject({ cached_tokens: zod.int() }),
  output_tokens_details: zod.looseObject({ reasoning_tokens: zod.int() }),
});

const toolChoiceMode = zod.enum(["none", "auto", "required"]);
const namedTool = zod.looseObject({ type: zod.literal("function"), name: zod.optional(zod.string()) });

export const responseSchema = zod.looseObject({
  id: zod.string(),
  object: zod.literal("response"),
  created_at: zod.int(),
  completed_at: zod.nullable(zod.int()),
  status: zod.string(),
  incomplete_details: zod.nullable(zod.looseObject({ reason: zod.string() })),
  model: zod.string(),
  previous_response_id: nullableText,
  instructions: nullableText,
  output: zod.array(itemSchema),
  error: zod.nullable(zod.looseObject({ code: zod.string(), message: zod.string() })),
  tools: zod.array(
    zod.looseObject({
      type: zod.literal("function"),
      name: zod.string(),
      description: nullableText,
      parameters: zod.nullable(zod.record(zod.string(), zod.unknown())),
      strict: zod.nullable(zod.boolean()),
    }),
  ),
  tool_choice: zod.union([
    toolChoiceMode,
    namedTool,
    zod.looseObject({
      type: zod.literal("allowed_tools"),
      tools: zod.array(namedTool),
      mode: toolChoiceMode,
    }),
  ]),
  truncation: zod.enum(["auto", "disabled"]),
  parallel_tool_calls: zod.boolean(),
  text: zod.looseObject({
    format: zod.looseObject({ type: zod.enum(["text", "json_object", "json_schema"]) }),
    verbosity: zod.optional(zod.enum(["low", "medium", "high"])),
  }),
  top_p: zod.number(),
  presence_penalty: zod.number(),
  frequency_penalty: zod.number(),
  top_logprobs: zod.int(),
  temperature: zod.number(),
  reasoning: zod.nullable(zod.looseObject({ effort: nullableText, summary: nullableText })),
  usage: zod.nullable(usageSchema),
  max_output_tokens: zod.nullable(zod.int()),
  max_tool_calls: zod.nullable(zod.int()),
  store: zod.boolean(),
  background: zod.boolean(),
  service_tier: zod.string(),
  metadata: zod.record(zod.string(), zod.string()),
  safety_identifier: nullableText,
  prompt_cache_key: nullableText,
});

export type OpenResponse = zod.infer<typeof responseSchema>;
export type OpenItem = zod.infer<typeof itemSchema>;

/** The answer of `/v1/responses/compact`. */
export const compactionSchema = zod.looseObject({
  id: zod.string(),
  object: zod.literal("response.compaction"),
  created_at: zod.int(),
  output: zod.array(itemSchema),
  usage: usageSchema,
});

const place = { item_id: zod.string(), output_index: zod.int() };
const contentPlace = { ...place, content_index: zod.int() };
const summaryPlace = { ...place, summary_index: zod.int() };

function eventOf<Type extends string, Shape extends zod.ZodRawShape>(type: Type, shape: Shape) {
  return zod.looseObject({ type: zod.literal(type), sequence_number: zod.int(), ...shape });
}

export const eventSchema = zod.discriminatedUnion("type", [
  eventOf("response.created", { response: responseSchema }),
  eventOf("response.queued", { response: responseSchema }),
  eventOf("response.in_progress", { response: responseSchema }),
  eventOf("response.completed", { response: responseSchema }),
  eventOf("response.failed", { response: responseSchema }),
  eventOf("response.incomplete", { response: responseSchema }),
  eventOf("response.output_item.added", { output_index: zod.int(), item: itemSchema }),
  eventOf("response.output_item.done", { output_index: zod.int(), item: itemSchema }),
  eventOf("response.content_part.added", { ...contentPlace, part: contentPart }),
  eventOf("response.content_part.done", { ...contentPlace, part: contentPart }),
  eventOf("response.output_text.delta", { ...contentPlace, delta: zod.string() }),
  eventOf("response.output_text.done", { ...contentPlace, text: zod.string() }),
  eventOf("response.refusal.delta", { ...contentPlace, delta: zod.string() }),
  eventOf("response.refusal.done", { ...contentPlace, refusal: zod.string() }),
  eventOf("response.reasoning_summary_part.added", { ...summaryPlace, part: contentPart }),
  eventOf("response.reasoning_summary_part.done", { ...summaryPlace, part: contentPart }),
  eventOf("response.reasoning_summary_text.delta", { ...summaryPlace, delta: zod.string() }),
  eventOf("response.reasoning_summary_text.done", { ...summaryPlace, text: zod.string() }),
  eventOf("response.function_call_arguments.delta", { ...place, delta: zod.string() }),
  eventOf("response.function_call_arguments.done", { ...place, arguments: zod.string() }),
  eventOf("error", {
    error: zod.looseObject({
      type: zod.string(),
      code: nullableText,
      message: zod.string(),
      param: nullableText,
    }),
  }),
]);

export type OpenEvent = zod.infer<typeof eventSchema>;

export const errorBodySchema = zod.looseObject({
  error: zod.looseObject({
    message: zod.string(),
    type: zod.string(),
    param: nullableText,
    code: nullableText,
  }),
});
