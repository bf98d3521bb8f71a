import type Anthropic from "@anthropic-ai/sdk";
import { expect, test } from "vitest";
import { BLOCKS } from "./block-shapes.ts";
import { COUNT_FIELDS, CREATE_FIELDS, MESSAGES } from "./request-shape.ts";
import type { Fields, Shape } from "./shape.ts";
import { CUSTOM_TOOL } from "./tool-shapes.ts";

/** Exactly the fields of a type of the official client; the compiler enforces it. */
type All<T> = Readonly<Record<keyof T, true>>;
type Create = Anthropic.Beta.Messages.MessageCreateParamsNonStreaming;
type Count = Anthropic.Beta.Messages.MessageCountTokensParams;
type Block<Type extends string> = Extract<Anthropic.ContentBlockParam, { type: Type }>;

/** Sent as headers. */
const HEADERS = ["betas", "user_profile_id", "workspace_id"];
/** For partners and accounts only; no client of ours could send them. */
const NOT_OURS = ["billing_policy"];

const create: All<Create> = {
  model: true,
  max_tokens: true,
  messages: true,
  system: true,
  tools: true,
  tool_choice: true,
  thinking: true,
  stream: true,
  stop_sequences: true,
  metadata: true,
  service_tier: true,
  inference_geo: true,
  speed: true,
  output_config: true,
  output_format: true,
  cache_control: true,
  container: true,
  context_management: true,
  compaction: true,
  diagnostics: true,
  fallbacks: true,
  fallback_credit_token: true,
  mcp_servers: true,
  thread: true,
  billing_policy: true,
  betas: true,
  user_profile_id: true,
  workspace_id: true,
};
const count: All<Count> = {
  model: true,
  messages: true,
  system: true,
  tools: true,
  tool_choice: true,
  thinking: true,
  speed: true,
  output_config: true,
  output_format: true,
  cache_control: true,
  context_management: true,
  compaction: true,
  mcp_servers: true,
  billing_policy: true,
  betas: true,
  user_profile_id: true,
  workspace_id: true,
};
const text: All<Block<"text">> = { type: true, text: true, citations: true, cache_control: true };
const image: All<Block<"image">> = { type: true, source: true, transformations: true, cache_control: true };
const document: All<Block<"document">> = {
  type: true,
  source: true,
  title: true,
  context: true,
  citations: true,
  cache_control: true,
};
const thinking: All<Block<"thinking">> = { type: true, thinking: true, signature: true };
const redacted: All<Block<"redacted_thinking">> = { type: true, data: true };
const toolUse: All<Block<"tool_use">> = {
  type: true,
  id: true,
  name: true,
  input: true,
  caller: true,
  toolset_name: true,
  cache_control: true,
};
const toolResult: All<Block<"tool_result">> = {
  type: true,
  tool_use_id: true,
  content: true,
  is_error: true,
  toolset_name: true,
  cache_control: true,
};
const tool: All<Anthropic.Tool> = {
  type: true,
  name: true,
  description: true,
  input_schema: true,
  cache_control: true,
  strict: true,
  defer_loading: true,
  eager_input_streaming: true,
  allowed_callers: true,
  input_examples: true,
};
const systemMessage: All<Anthropic.Beta.Messages.BetaSystemMessageParam> = {
  role: true,
  content: true,
  output_config: true,
  clear_at: true,
};

test.each<[string, object, Fields]>([
  // `safeguards` is Claude Code's own.
  ["creating", { ...without(create, [...HEADERS, ...NOT_OURS]), safeguards: true }, CREATE_FIELDS],
  ["counting", without(count, [...HEADERS, ...NOT_OURS]), COUNT_FIELDS],
  ["a text", text, fieldsOf(BLOCKS["text"])],
  ["an image", image, fieldsOf(BLOCKS["image"])],
  ["a document", document, fieldsOf(BLOCKS["document"])],
  ["thinking", thinking, fieldsOf(BLOCKS["thinking"])],
  ["redacted thinking", redacted, fieldsOf(BLOCKS["redacted_thinking"])],
  ["a call", toolUse, fieldsOf(BLOCKS["tool_use"])],
  ["a result", toolResult, fieldsOf(BLOCKS["tool_result"])],
  ["a tool", tool, fieldsOf(CUSTOM_TOOL)],
  ["a system message", systemMessage, fieldsOf(MESSAGES["system"])],
])("the fields of %s are those of the official client", (_name, expected, fields) => {
  expect(Object.keys(fields).toSorted()).toEqual(Object.keys(expected).toSorted());
});

test("all kinds of blocks of the official client are known", () => {
  const kinds: Readonly<Record<Anthropic.ContentBlockParam["type"], true>> = {
    text: true,
    image: true,
    document: true,
    search_result: true,
    thinking: true,
    redacted_thinking: true,
    tool_use: true,
    tool_result: true,
    server_tool_use: true,
    web_search_tool_result: true,
    web_fetch_tool_result: true,
    code_execution_tool_result: true,
    bash_code_execution_tool_result: true,
    text_editor_code_execution_tool_result: true,
    tool_search_tool_result: true,
    container_upload: true,
  };
  expect(Object.keys(BLOCKS)).toEqual(expect.arrayContaining(Object.keys(kinds)));
});

function fieldsOf(shape: Shape | undefined): Fields {
  return shape?.kind === "object" ? shape.fields : {};
}

function without(fields: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
