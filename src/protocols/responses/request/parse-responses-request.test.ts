import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { RequestError } from "../../request-error.ts";
import { parseResponsesRequest } from "./parse-responses-request.ts";
import type { ResponsesRequest } from "../responses-request.ts";

type Body = Readonly<Record<string, unknown>>;

function parse(extra: Body = {}): ResponsesRequest {
  return parseResponsesRequest({ model: "sonnet", input: "hello", ...extra });
}

function refuse(extra: Body): { code: string | null; param: string | undefined; message: string } {
  try {
    parse(extra);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { code: error.code, param: error.info.param, message: error.message };
  }
  throw new Error("The request was accepted.");
}

describe("a plain request", () => {
  test("has OpenAI's defaults", () => {
    expect(parse()).toEqual({
      model: "sonnet",
      instructions: "",
      input: [{ type: "message", role: "user", content: [{ type: "input_text", text: "hello" }] }],
      sampling: {},
      parameterNames: expect.objectContaining({ effort: "reasoning.effort" }),
      tools: { list: [], choice: { type: "auto" }, isParallel: true },
      toolOrigins: new Map(),
      hostedTools: new Set(),
      mcpServers: [],
      isStream: false,
      isBackground: false,
      isStored: true,
      include: new Set(),
      metadata: {},
      truncation: "disabled",
      showsReasoning: false,
      echo: parse().echo,
      claude: { settings: {}, sources: {}, ignored: [] },
      ignored: [],
    });
  });

  test("is repeated with a value for every field", () => {
    expect(parse().echo).toEqual({
      background: false,
      frequency_penalty: 0,
      instructions: null,
      max_output_tokens: null,
      max_tool_calls: null,
      metadata: {},
      parallel_tool_calls: true,
      presence_penalty: 0,
      previous_response_id: null,
      prompt_cache_key: null,
      reasoning: { effort: null, summary: null },
      safety_identifier: null,
      service_tier: "default",
      store: true,
      temperature: 1,
      text: { format: { type: "text" } },
      tool_choice: "auto",
      tools: [],
      top_logprobs: 0,
      top_p: 1,
      truncation: "disabled",
    });
  });

  test("means the same with null for all that may be left out", () => {
    const nulls = Object.fromEntries(
      Object.keys(parse().echo)
        .concat("conversation", "include", "prompt", "moderation", "user", "stream", "claude")
        .map((name) => [name, null]),
    );
    expect(parse(nulls)).toEqual(parse());
  });
});

describe("parameters", () => {
  test("are read", () => {
    const read = parse({
      instructions: "be brief",
      max_output_tokens: 20,
      max_tool_calls: 3,
      temperature: 0.5,
      top_p: 0.9,
      reasoning: { effort: "minimal", summary: "auto" },
      text: { verbosity: "low" },
      stream: true,
      store: false,
      include: ["reasoning.encrypted_content"],
      truncation: "auto",
      metadata: { key: "value" },
      safety_identifier: "somebody",
      user: "another",
      claude: { timeout_ms: 1000 },
    });
    expect(read).toMatchObject({
      instructions: "be brief",
      maxToolCalls: 3,
      sampling: { maxOutputTokens: 20, temperature: 0.5, topP: 0.9, effort: "minimal", verbosity: "low" },
      isStream: true,
      isStored: false,
      include: new Set(["reasoning.encrypted_content"]),
      truncation: "auto",
      metadata: { key: "value" },
      showsReasoning: true,
      endUser: "somebody",
      claude: { timeoutMs: 1000 },
      ignored: [],
    });
    expect(read.echo).toMatchObject({
      text: { format: { type: "text" }, verbosity: "low" },
      reasoning: { effort: "minimal", summary: "auto" },
      user: "another",
    });
  });

  test("of text.format", () => {
    const schema = { type: "object", properties: { a: { type: "string" } } };
    const read = parse({ text: { format: { type: "json_schema", name: "n", schema } } });
    expect(read.outputFormat).toEqual({ type: "json-schema", name: "n", schema });
    expect(read.echo["text"]).toEqual({ format: { type: "json_schema", name: "n", schema, strict: false } });
    expect(parse({ text: { format: { type: "json_object" } } }).outputFormat).toEqual({
      type: "json-object",
    });
    expect(parse({ text: {} }).outputFormat).toBeUndefined();
    expect(refuse({ text: { format: { type: "json_schema", schema } } })).toMatchObject({
      code: "missing_required_parameter",
      param: "text.format.name",
    });
    expect(
      refuse({ text: { format: { type: "json_schema", name: "n", schema: { type: "x" } } } }),
    ).toMatchObject({
      code: "invalid_json_schema",
      param: "text.format.schema",
    });
    expect(refuse({ text: { format: { type: "xml" } } })).toMatchObject({ param: "text.format.type" });
  });

  test("that have no effect are named", () => {
    const ignored = {
      frequency_penalty: 1,
      prompt_cache_key: "key",
      service_tier: "flex",
      top_logprobs: 5,
      context_management: [{ type: "compaction", compact_threshold: 5000 }],
      nobody_knows: 1,
      stream_options: { include_obfuscation: true },
      temperature: 1.5,
      reasoning: { mode: "pro" },
      tools: [{ type: "web_search", filters: { allowed_domains: ["a.com"] } }],
    };
    const read = parse({ ...ignored, client_metadata: { a: "b" }, type: "response.create", generate: false });
    expect(read.ignored.toSorted()).toEqual([
      "context_management",
      "frequency_penalty",
      "nobody_knows",
      "prompt_cache_key",
      "reasoning.mode",
      "service_tier",
      "stream_options.include_obfuscation",
      "temperature",
      "tools.filters",
      "top_logprobs",
    ]);
    expect(read.sampling.temperature).toBe(1);
  });

  test.each<[string, Body, object]>([
    [
      "both continuations",
      { previous_response_id: "resp_1", conversation: "conv_1" },
      { code: "mutually_exclusive_parameters" },
    ],
    ["background without a store", { background: true, store: false }, { param: "background" }],
    ["an unknown include", { include: ["x"] }, { code: "invalid_value", param: "include[0]" }],
    ["log probabilities", { include: ["message.output_text.logprobs"] }, { param: "include[0]" }],
    ["a prompt template", { prompt: { id: "pmpt_1" } }, { code: "unsupported_parameter", param: "prompt" }],
    ["moderation", { moderation: { model: "m" } }, { code: "unsupported_parameter", param: "moderation" }],
    ["too hot", { temperature: 2.5 }, { code: "decimal_above_max_value", param: "temperature" }],
    ["no tokens", { max_output_tokens: 0 }, { code: "integer_below_min_value", param: "max_output_tokens" }],
    ["an unknown effort", { reasoning: { effort: "huge" } }, { param: "reasoning.effort" }],
    ["no input", { input: null }, { code: "missing_required_parameter", param: "input" }],
    ["a number as input", { input: 1 }, { code: "invalid_type", param: "input" }],
    ["items that are none", { input: ["x"] }, { code: "invalid_type", param: "input[0]" }],
    ["no model", { model: undefined }, { code: "missing_required_parameter", param: "model" }],
  ])("are refused: %s", (_, extra, expected) => {
    expect(refuse(extra)).toMatchObject(expected);
  });
});

describe("what it goes on from", () => {
  test("is a response or a conversation, and then there may be no input", () => {
    expect(parse({ input: undefined, previous_response_id: "resp_1" })).toMatchObject({
      previousResponseId: "resp_1",
      input: [],
    });
    expect(parse({ conversation: { id: "conv_1" } })).toMatchObject({
      conversationId: "conv_1",
      echo: { conversation: { id: "conv_1" } },
    });
    expect(parse({ conversation: "conv_1" }).conversationId).toBe("conv_1");
  });
});

function isFine(body: unknown): void {
  try {
    parseResponsesRequest(body);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
  }
}

test("junk gives nothing but a RequestError", () => {
  const names = [
    "model",
    "input",
    "tools",
    "tool_choice",
    "text",
    "reasoning",
    "include",
    "metadata",
    "conversation",
  ];
  const junk = fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 5 }));
  const tools = fc.array(
    fc.record({
      type: fc.constantFrom("function", "custom", "namespace", "mcp", "shell", "code_interpreter", "x"),
      name: fc.jsonValue(),
      tools: fc.jsonValue(),
      server_label: fc.jsonValue(),
      server_url: fc.jsonValue(),
      parameters: fc.jsonValue(),
      environment: fc.jsonValue(),
    }),
  );
  fc.assert(fc.property(fc.jsonValue(), isFine));
  fc.assert(fc.property(junk, (body) => isFine({ model: "sonnet", input: "x", ...body })));
  fc.assert(fc.property(tools, (list) => isFine({ model: "sonnet", input: "x", tools: list })));
});

test.each([
  ["response_format", { type: "json_object" }, "text.format"],
  ["max_tokens", 100, "max_output_tokens"],
  ["max_completion_tokens", 100, "max_output_tokens"],
])("%s has another place here, which the error names", (name, value, place) => {
  expect(refuse({ [name]: value })).toMatchObject({
    code: "unsupported_parameter",
    param: name,
    message: expect.stringContaining(`moved to '${place}'`),
  });
  expect(parse({ [name]: null }).ignored).toEqual([]);
});
