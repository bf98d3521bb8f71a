import { describe, expect, test } from "vitest";

import { parseCountRequest, parseMessagesRequest } from "./parse-messages-request.ts";

const USER = { role: "user", content: "hello" };
const BODY = { model: "sonnet", max_tokens: 100, messages: [USER] };
const WEATHER = { name: "get_weather", input_schema: { type: "object", properties: {} } };

function parse(extra: Readonly<Record<string, unknown>>, isContinuation = false) {
  return parseMessagesRequest({ ...BODY, ...extra }, { isContinuation });
}

function messagesOf(...messages: readonly unknown[]) {
  return parse({ messages }).messages;
}

const call = (id: string, input: unknown = {}) => ({ type: "tool_use", id, name: "get_weather", input });
const result = (id: string, extra = {}) => ({ type: "tool_result", tool_use_id: id, ...extra });

describe("a request", () => {
  test("with the least is a turn of one message", () => {
    expect(parse({})).toEqual({
      model: "sonnet",
      systemText: "",
      messages: [{ role: "user", content: [{ type: "text", text: "hello" }] }],
      tools: { list: [], choice: { type: "auto" }, isParallel: true },
      sampling: { maxOutputTokens: 100, thinksOnlyIfAsked: true },
      parameterNames: expect.objectContaining({ topK: "top_k", effort: "output_config.effort" }),
      isStream: false,
      thinking: "none",
      claude: { settings: {}, sources: {}, ignored: [] },
      ignored: [],
    });
  });

  test("says how to sample", () => {
    const { sampling, isStream } = parse({
      temperature: 0.5,
      top_p: 0.9,
      top_k: 40,
      stop_sequences: ["END"],
      stream: true,
      output_config: { effort: "high" },
    });
    expect(isStream).toBe(true);
    expect(sampling).toEqual({
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      stopSequences: ["END"],
      effort: "high",
      thinksOnlyIfAsked: true,
    });
  });

  test("null means absent", () => {
    const nulls = Object.fromEntries(
      [
        "system",
        "stream",
        "temperature",
        "tools",
        "tool_choice",
        "thinking",
        "output_config",
        "container",
      ].map((name) => [name, null]),
    );
    expect(parse(nulls)).toEqual(parse({}));
  });

  test("thinking is shown when it is asked for, and off when it is disabled", () => {
    expect(parse({ thinking: { type: "adaptive" } })).toMatchObject({ thinking: "full" });
    expect(parse({ thinking: { type: "adaptive", display: "omitted" } })).toMatchObject({
      thinking: "sealed",
    });
    const budgeted = parse({ max_tokens: 4000, thinking: { type: "enabled", budget_tokens: 2000 } });
    expect(budgeted).toMatchObject({ thinking: "full", ignored: [] });
    expect(budgeted.sampling).toEqual({ maxOutputTokens: 4000, asksToThink: true, thinkingTokens: 2000 });
    expect(parse({ thinking: { type: "disabled" }, output_config: { effort: "max" } })).toMatchObject({
      thinking: "none",
      sampling: { effort: "none" },
      parameterNames: { effort: "thinking" },
    });
    expect(parse({ thinking: { type: "between_tools" } }).sampling.effort).toBe("none");
  });

  test("names what has no effect, and what nobody knows", () => {
    expect(parse({ metadata: { user_id: "u" } })).toMatchObject({ endUserId: "u", ignored: [] });
    const { ignored } = parse({
      metadata: { user_id: "u".repeat(257) },
      service_tier: "auto",
      context_management: { edits: [] },
      cache_control: { type: "ephemeral" },
      betas: null,
      "bad name": 1,
    });
    expect(ignored).toEqual(["metadata", "service_tier", "context_management"]);
    expect(parse({ cache_control: { type: "ephemeral" } }).cache).toEqual({});
  });

  test("the system text is its blocks and the system messages before the first other one", () => {
    const system = [
      { type: "text", text: "x-anthropic-billing-header: cc_version=1; cch=abc;" },
      { type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } },
      { type: "text", text: "And kind." },
    ];
    const parsed = parse({
      system,
      messages: [{ role: "system", content: "Today." }, USER, { role: "system", content: "Now." }],
    });
    expect(parsed.systemText).toBe("Be brief.\n\nAnd kind.\n\nToday.");
    expect(parsed.systemParts).toEqual([
      { type: "text", text: "Be brief.", cache: {} },
      { type: "text", text: "And kind." },
      { type: "text", text: "Today." },
    ]);
    expect(parsed.messages).toEqual([
      { role: "user", content: [{ type: "text", text: "hello" }] },
      { role: "system", content: [{ type: "text", text: "Now." }] },
    ]);
    const plain = parse({
      system: [
        { type: "text", text: "Plain." },
        { type: "text", text: "Kind." },
      ],
    });
    expect(plain).toMatchObject({ systemText: "Plain.\n\nKind." });
    expect(plain.systemParts).toBeUndefined();
    expect(parse({ system: [] }).systemText).toBe("");
  });

  test("json_schema makes a format, in its place of today and in its older one", () => {
    const format = { type: "json_schema", schema: { type: "object", properties: { a: { type: "string" } } } };
    const expected = { type: "json-schema", name: "output", schema: format.schema };
    expect(parse({ output_config: { format } }).outputFormat).toMatchObject(expected);
    expect(parse({ output_format: format }).outputFormat).toMatchObject(expected);
  });

  test("for a count needs no max_tokens", () => {
    const { max_tokens: _, ...prompt } = BODY;
    expect(parseCountRequest({ ...prompt, system: "s" }, { isContinuation: false })).toMatchObject({
      model: "sonnet",
      systemText: "s",
      messages: [{ role: "user" }],
    });
  });
});

describe("messages", () => {
  test("media become parts, their base64 without line breaks", () => {
    const source = { type: "base64", media_type: "image/png", data: "iVBORw0K\nGgo=" };
    const pdf = { type: "base64", media_type: "application/pdf", data: "JVBERi0=" };
    const content = [
      { type: "image", source, cache_control: { type: "ephemeral" } },
      { type: "image", source: { type: "url", url: "https://example.com/a.png" } },
      { type: "document", source: pdf, title: "A paper" },
      { type: "document", source: { type: "text", media_type: "text/plain", data: "plain" } },
      { type: "document", source: { type: "url", url: "https://example.com/a.pdf" } },
      {
        type: "document",
        title: "Mixed",
        cache_control: { type: "ephemeral" },
        source: {
          type: "content",
          content: [
            { type: "text", text: "one" },
            { type: "image", source },
          ],
        },
      },
      { type: "document", context: "From 1999.", source: { type: "content", content: "two" } },
    ];
    const image = {
      type: "image",
      cache: {},
      source: { type: "base64", mediaType: "image/png", data: "iVBORw0KGgo=" },
    };
    expect(messagesOf({ role: "user", content })[0]?.content).toEqual([
      image,
      { type: "image", source: { type: "url", url: "https://example.com/a.png" } },
      {
        type: "document",
        title: "A paper",
        source: { type: "base64", mediaType: "application/pdf", data: "JVBERi0=" },
      },
      { type: "document", source: { type: "text", text: "plain" } },
      { type: "document", source: { type: "url", url: "https://example.com/a.pdf" } },
      { type: "document", title: "Mixed", source: { type: "text", text: "one" } },
      image,
      { type: "text", text: "From 1999." },
      { type: "document", source: { type: "text", text: "two" } },
    ]);
  });

  test("a tool round becomes calls, results and what is said after them", () => {
    const messages = messagesOf(
      USER,
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "hm", signature: "sig" },
          { type: "redacted_thinking", data: "xyz" },
          { type: "text", text: "Let me see." },
          { type: "text", text: "" },
          call("toolu_1", { city: "Ulm", days: 2 }),
          call("toolu_2"),
        ],
      },
      {
        role: "user",
        content: [
          { type: "text", text: "And hurry." },
          result("toolu_2", { content: "rain" }),
          result("toolu_1", { is_error: true, content: [{ type: "text", text: "no such city" }] }),
        ],
      },
    );
    expect(messages.slice(1)).toEqual([
      {
        role: "assistant",
        content: [
          { type: "thinking", text: "hm", signature: "sig" },
          { type: "redacted-thinking", data: "xyz" },
          { type: "text", text: "Let me see." },
          { type: "tool-call", callId: "toolu_1", name: "get_weather", arguments: '{"city":"Ulm","days":2}' },
          { type: "tool-call", callId: "toolu_2", name: "get_weather", arguments: "{}" },
        ],
      },
      {
        role: "tool",
        content: [{ type: "tool-result", callId: "toolu_2", content: [{ type: "text", text: "rain" }] }],
      },
      {
        role: "tool",
        content: [
          {
            type: "tool-result",
            callId: "toolu_1",
            content: [{ type: "text", text: "no such city" }],
            isError: true,
          },
        ],
      },
      { role: "user", content: [{ type: "text", text: "And hurry." }] },
    ]);
  });

  test("neighbours of one role are one turn: answers are joined, results may come one by one", () => {
    const messages = messagesOf(
      USER,
      { role: "assistant", content: "One moment." },
      { role: "assistant", content: [call("a"), call("b")] },
      { role: "user", content: [result("a")] },
      { role: "system", content: "The date has changed." },
      { role: "user", content: [result("b", { content: [] })] },
    );
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "tool", "system"]);
    expect(messages[1]?.content).toHaveLength(3);
  });

  test("results alone continue a conversation that is named", () => {
    const messages = [{ role: "user", content: [result("toolu_1", { content: "rain" })] }];
    expect(parse({ messages }, true).messages).toMatchObject([{ role: "tool" }]);
    expect(() => parse({ messages })).toThrow(/^messages\.0\.content\.0: unexpected `tool_use_id`.*toolu_1/);
  });

  test("an empty answer of before is no mistake", () => {
    expect(messagesOf(USER, { role: "assistant", content: [] }, USER)[1]).toEqual({
      role: "assistant",
      content: [],
    });
    expect(messagesOf(USER, { role: "assistant", content: "" }, USER)[1]?.content).toEqual([]);
  });
});

describe("tools", () => {
  test("keep their names, descriptions and schemas", () => {
    const schema = {
      type: "object",
      properties: { node: { $ref: "#/$defs/node" } },
      $defs: { node: { anyOf: [{ type: "null" }, { $ref: "#/$defs/node" }, { type: "string" }] } },
    };
    const long = "mcp__server__".padEnd(128, "x");
    const { tools } = parse({
      tools: [
        {
          ...WEATHER,
          description: "Tells it.",
          strict: true,
          cache_control: { type: "ephemeral", ttl: "1h" },
        },
        { type: "custom", name: long, input_schema: schema, eager_input_streaming: true },
      ],
      tool_choice: { type: "any", disable_parallel_tool_use: true },
    });
    expect(tools).toEqual({
      list: [
        {
          name: "get_weather",
          description: "Tells it.",
          inputSchema: WEATHER.input_schema,
          isStrict: true,
          cache: { ttl: "1h" },
        },
        { name: long, inputSchema: schema },
      ],
      choice: { type: "required" },
      isParallel: false,
    });
  });

  test.each([
    [{ type: "auto" }, { type: "auto" }],
    [{ type: "none" }, { type: "none" }],
    [
      { type: "tool", name: "get_weather" },
      { type: "tool", name: "get_weather" },
    ],
  ])("the choice %j", (given, choice) => {
    expect(parse({ tools: [WEATHER], tool_choice: given }).tools).toMatchObject({ choice, isParallel: true });
  });
});
