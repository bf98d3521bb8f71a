import { describe, expect, test } from "vitest";

import { AppError } from "../../core/words/app-error.ts";
import { parseMessagesRequest } from "./parse-messages-request.ts";

const USER = { role: "user", content: "hello" };
const BODY = { model: "sonnet", max_tokens: 100, messages: [USER] };
const WEATHER = { name: "get_weather", input_schema: { type: "object", properties: {} } };

/** The message of the refusal. */
function refusal(extra: Readonly<Record<string, unknown>>, isContinuation = false): string {
  try {
    parseMessagesRequest({ ...BODY, ...extra }, { isContinuation });
  } catch (error) {
    if (error instanceof AppError && error.info.kind === "invalid-request") return error.info.message;
    throw error;
  }
  throw new Error("The request was not refused.");
}

const call = (id: string, input: unknown = {}) => ({ type: "tool_use", id, name: "get_weather", input });
const result = (id: string, extra = {}) => ({ type: "tool_result", tool_use_id: id, ...extra });

const asked = (content: unknown) => ({ messages: [{ role: "user", content }] });
const answered = (...content: readonly unknown[]) => ({
  messages: [USER, { role: "assistant", content }, USER],
});
const image = (source: unknown) => asked([{ type: "image", source }]);

const MARK = { type: "ephemeral" };
const marked = { cache_control: MARK };
const block = (mark = {}) => ({ type: "text", text: "x", cache_control: { ...MARK, ...mark } });

describe("mistakes, in the words of the API", () => {
  test.each<[string, Readonly<Record<string, unknown>>]>([
    ["model: Field required", { model: undefined }],
    ["model: Input should be a valid string", { model: 7 }],
    ["model: String should have at least 1 character(s)", { model: "" }],
    ["max_tokens: Field required", { max_tokens: undefined }],
    ["max_tokens: Input should be greater than or equal to 1", { max_tokens: 0 }],
    ["max_tokens: Input should be a valid integer", { max_tokens: 1.5 }],
    ["max_tokens: Input should be a valid number", { max_tokens: "many" }],
    ["messages: Field required", { messages: undefined }],
    ["messages: List should have at least 1 item(s), not 0", { messages: [] }],
    ["messages: Input should be a valid list", { messages: "hello" }],
    ["messages.0.content: Field required", { messages: [{ role: "user" }] }],
    ["messages.0.content: Input should be a valid string or a valid list", asked(7)],
    [
      "messages.0.role: Input should be 'user', 'assistant' or 'system'",
      { messages: [{ ...USER, role: "x" }] },
    ],
    ["messages.0: user messages must have non-empty content", asked("")],
    ["messages.0: user messages must have non-empty content", asked([])],
    ["messages: text content blocks must be non-empty", asked([{ type: "text", text: "" }])],
    ["messages.0.content.0.type: Field required", asked([{ text: "x" }])],
    ["messages.0.content.0.text.text: Field required", asked([{ type: "text" }])],
    [
      "messages.0.content.0.type: 'search_result' blocks are not supported by this server.",
      asked([{ type: "search_result" }]),
    ],
    ["messages.0.content.0: `thinking` blocks can not be in `user` messages", asked([{ type: "thinking" }])],
    [
      "messages.1.content.0.type: 'server_tool_use' blocks are not supported by this server.",
      answered({ type: "server_tool_use" }),
    ],
    ["messages.1.content.0.thinking.signature: Field required", answered({ type: "thinking", thinking: "" })],
    [
      "messages.1.content.0.tool_use.input: Input should be a valid dictionary",
      answered({ ...call("a"), input: "{}" }),
    ],
    ["messages.0.content.0.image.source: Field required", asked([{ type: "image" }])],
    [
      "messages.0.content.0.image.source.base64.data: Invalid base64 data",
      image({ type: "base64", media_type: "image/png", data: "*" }),
    ],
    [
      "messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'",
      image({ type: "base64", media_type: "image/tiff", data: "AAAA" }),
    ],
    [
      "messages.0.content.0.image.source.url.url: Input should be an http or https URL",
      image({ type: "url", url: "file:///etc/passwd" }),
    ],
    [
      "messages.0.content.0.image.source.file: Files by their id are not supported by this server.",
      image({ type: "file", file_id: "f" }),
    ],
    ["messages.0.content.0.image.source.type: Input should be 'base64' or 'url'", image({ type: "ftp" })],
    [
      "messages.0.content.0.document.citations: Citations are not supported by this server.",
      asked([
        {
          type: "document",
          citations: { enabled: true },
          source: { type: "text", media_type: "text/plain", data: "x" },
        },
      ]),
    ],
    [
      "A maximum of 4 blocks with cache_control may be provided. Found 5.",
      { cache_control: MARK, tools: [{ ...WEATHER, ...marked }], ...asked([block(), block(), block()]) },
    ],
    [
      "messages.0.content.1.text.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed in the following order: `tools`, `system`, `messages`.",
      asked([block(), block({ ttl: "1h" })]),
    ],
    [
      "messages.0.content.0.text.cache_control.ttl: Input should be '5m' or '1h'",
      asked([block({ ttl: "2h" })]),
    ],
    ["system.0.cache_control.type: Input should be 'ephemeral'", { system: [block({ type: "lasting" })] }],
    ["cache_control: Input should be a valid dictionary", { cache_control: true }],
    [
      "messages.0.content.0.tool_result.content.0.text.cache_control.ttl: Input should be '5m' or '1h'",
      asked([result("a", { content: [block({ ttl: "2h" })] })]),
    ],
    [
      "messages.1.content.0.thinking.cache_control: Extra inputs are not permitted",
      answered({ type: "thinking", thinking: "", signature: "", ...marked }),
    ],
    [
      "messages.1.content.0.text: cache_control cannot be set for empty text blocks",
      answered({ type: "text", text: "", ...marked }),
    ],
    ["temperature: Input should be less than or equal to 1", { temperature: 1.5 }],
    ["stop_sequences: each stop sequence must contain non-whitespace", { stop_sequences: [" "] }],
    ["thinking.enabled.budget_tokens: Field required", { thinking: { type: "enabled" } }],
    [
      "thinking.budget_tokens: Input should be greater than or equal to 1024",
      { thinking: { type: "enabled", budget_tokens: 1 } },
    ],
    [
      "`max_tokens` must be greater than `thinking.budget_tokens`",
      { thinking: { type: "enabled", budget_tokens: 1024 } },
    ],
    ["system.0.text: Field required", { system: [{ type: "text" }] }],
    ["tools.0.custom.name: Field required", { tools: [{ input_schema: { type: "object" } }] }],
    [
      "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
      { tools: [{ ...WEATHER, name: "a b" }] },
    ],
    ["tools.0.custom.input_schema: Field required", { tools: [{ name: "a" }] }],
    ["tools: Tool names must be unique.", { tools: [WEATHER, WEATHER] }],
    [
      "tools.1.type: 'web_search_20250305' is not supported by this server. Only custom tools, with a name and an input_schema, are.",
      { tools: [WEATHER, { type: "web_search_20250305", name: "web_search" }] },
    ],
    ["tool_choice: may only be specified while providing tools", { tool_choice: { type: "any" } }],
    [
      "tool_choice: Tool 'x' not found in provided tools",
      { tools: [WEATHER], tool_choice: { type: "tool", name: "x" } },
    ],
    ["tool_choice.tool.name: Field required", { tools: [WEATHER], tool_choice: { type: "tool" } }],
    [
      "tool_choice.type: Input should be 'auto', 'any', 'tool' or 'none'",
      { tool_choice: { type: "required" } },
    ],
    ["mcp_servers: MCP servers given by a client are not supported by this server.", { mcp_servers: [{}] }],
    [
      "output_config.format.type: Input should be 'json_schema'",
      { output_config: { format: { type: "xml" } } },
    ],
    ["output_config.format.schema: Field required", { output_config: { format: { type: "json_schema" } } }],
  ])("%s", (message, extra) => {
    expect(refusal(extra)).toBe(message);
  });

  test.each<[RegExp, readonly unknown[]]>([
    [
      /^messages\.1: `tool_use` ids were found without `tool_result` blocks immediately after: b\./,
      [
        USER,
        { role: "assistant", content: [call("a"), call("b")] },
        { role: "user", content: [result("a")] },
      ],
    ],
    [
      /^messages\.2\.content\.1: unexpected `tool_use_id` found in `tool_result` blocks: x\./,
      [
        USER,
        { role: "assistant", content: [call("a")] },
        { role: "user", content: [result("a"), result("x")] },
      ],
    ],
    [
      /^messages\.2\.content\.1: each tool_use must have a single result\..*: a$/,
      [
        USER,
        { role: "assistant", content: [call("a")] },
        { role: "user", content: [result("a"), result("a")] },
      ],
    ],
    [
      /^messages\.1: `tool_use` ids were found without `tool_result` blocks immediately after: a\./,
      [
        USER,
        { role: "assistant", content: [call("a"), call("a")] },
        { role: "user", content: [result("a")] },
      ],
    ],
    [
      /^messages\.4\.content\.0: unexpected `tool_use_id`/,
      [
        USER,
        { role: "assistant", content: [call("a")] },
        { role: "user", content: [result("a")] },
        { role: "assistant", content: "Done." },
        { role: "user", content: [result("a")] },
      ],
    ],
  ])("%s", (message, messages) => {
    expect(refusal({ messages })).toMatch(message);
  });

  test("results of a named conversation are given once too", () => {
    const messages = [{ role: "user", content: [result("a"), result("a")] }];
    expect(refusal({ messages }, true)).toMatch(/each tool_use must have a single result/);
  });

  test.each([undefined, null, 7, "x", []])("a body that is no object: %j", (body) => {
    expect(() => parseMessagesRequest(body, { isContinuation: false })).toThrow(AppError);
  });
});
