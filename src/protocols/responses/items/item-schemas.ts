import { z } from "zod";

export const TOOL_NAME = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[a-zA-Z0-9_-]+$/);

/** A content part of any kind; `parse-item-content.ts` decides which kinds are allowed where. */
const partSchema = z.looseObject({
  type: z.string(),
  text: z.string().nullish(),
  refusal: z.string().nullish(),
  image_url: z.string().nullish(),
  file_id: z.string().nullish(),
  file_data: z.string().nullish(),
  file_url: z.string().nullish(),
  filename: z.string().nullish(),
});

const contentSchema = z.union([z.string(), z.array(partSchema)]);
const callId = z.string().min(1);
const anyId = z.string().nullish();
/** Items of tools that ran elsewhere: the model is shown them as they are. */
const foreignItem = z.looseObject({ id: anyId });

/**
 * What each type of item must have to be understood. Loose, and without the fields that OpenAI requires but that carry no meaning
 * here (`id`, `status`): clients leave those out, and null means absent.
 */
export const ITEM_SCHEMAS = {
  message: z.looseObject({
    id: anyId,
    role: z.enum(["user", "assistant", "system", "developer"]),
    content: contentSchema,
  }),
  function_call: z.looseObject({
    id: anyId,
    call_id: callId,
    name: TOOL_NAME,
    arguments: z.string(),
    namespace: z.string().min(1).nullish(),
  }),
  function_call_output: z.looseObject({ id: anyId, call_id: callId, output: contentSchema }),
  custom_tool_call: z.looseObject({
    id: anyId,
    call_id: callId,
    name: TOOL_NAME,
    input: z.string(),
    namespace: z.string().min(1).nullish(),
  }),
  custom_tool_call_output: z.looseObject({ id: anyId, call_id: callId, output: contentSchema }),
  local_shell_call: z.looseObject({
    id: anyId,
    call_id: callId,
    action: z.looseObject({
      command: z.array(z.string()),
      env: z.record(z.string(), z.string()).nullish(),
      timeout_ms: z.number().nullish(),
      user: z.string().nullish(),
      working_directory: z.string().nullish(),
    }),
  }),
  /** OpenAI's types have the call's id in `id`; its API requires `call_id` as well. */
  local_shell_call_output: z.looseObject({ id: anyId, call_id: callId.nullish(), output: z.string() }),
  shell_call: z.looseObject({
    id: anyId,
    call_id: callId,
    action: z.looseObject({
      commands: z.array(z.string()),
      timeout_ms: z.number().nullish(),
      max_output_length: z.number().nullish(),
    }),
  }),
  shell_call_output: z.looseObject({
    id: anyId,
    call_id: callId,
    output: z.union([
      z.string(),
      z.array(
        z.looseObject({
          stdout: z.string().nullish(),
          stderr: z.string().nullish(),
          outcome: z.looseObject({ type: z.string(), exit_code: z.int().nullish() }).nullish(),
        }),
      ),
    ]),
  }),
  apply_patch_call: z.looseObject({
    id: anyId,
    call_id: callId,
    operation: z.looseObject({
      type: z.enum(["create_file", "update_file", "delete_file"]),
      path: z.string(),
      diff: z.string().nullish(),
    }),
  }),
  apply_patch_call_output: z.looseObject({
    id: anyId,
    call_id: callId,
    status: z.enum(["completed", "failed"]).nullish(),
    output: z.string().nullish(),
  }),
  reasoning: z.looseObject({ id: anyId, encrypted_content: z.string().nullish() }),
  compaction: z.looseObject({ id: anyId, encrypted_content: z.string().min(1) }),
  item_reference: z.looseObject({ id: z.string().min(1) }),
  mcp_approval_request: foreignItem,
  mcp_approval_response: z.looseObject({
    id: anyId,
    approval_request_id: z.string().min(1),
    approve: z.boolean(),
    reason: z.string().nullish(),
  }),
  mcp_list_tools: foreignItem,
  mcp_call: foreignItem,
  web_search_call: foreignItem,
  file_search_call: foreignItem,
  code_interpreter_call: foreignItem,
} as const;

export type KnownItemType = keyof typeof ITEM_SCHEMAS;
/** An item of a known type, with that type's fields. */
export type KnownItem = {
  [Type in KnownItemType]: z.output<(typeof ITEM_SCHEMAS)[Type]> & { readonly type: Type };
}[KnownItemType];
export type ItemOf<Type extends KnownItemType> = Extract<KnownItem, { type: Type }>;
export type ContentPartBody = z.output<typeof partSchema>;
export type ContentBody = z.output<typeof contentSchema>;

/** OpenAI's types that nothing here can replace, each with the reason. */
export const REFUSED_ITEMS: Readonly<Record<string, string>> = {
  computer_call: "Claude does not operate a computer here.",
  computer_call_output: "Claude does not operate a computer here.",
  image_generation_call: "Claude makes no images, and an answer of its own cannot hold one.",
  tool_search_call: "All tools are known to Claude from the start.",
  tool_search_output: "All tools are known to Claude from the start; declare them in 'tools'.",
  additional_tools: "Declare all tools in 'tools'.",
  configuration_update: "Send 'reasoning' and 'text' with the request.",
  compaction_trigger: "Ask for a compaction at POST /v1/responses/compact.",
  program: "Programmatic tool calling is not served.",
  program_output: "Programmatic tool calling is not served.",
};
