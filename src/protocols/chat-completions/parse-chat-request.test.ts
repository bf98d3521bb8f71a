import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { HELLO, parseChat as parse, refuseChat as refuse } from "../../../test/protocols/chat-requests.ts";
import { messageText } from "../../core/words/message.ts";
import { RequestError } from "../request-error.ts";
import { parseChatRequest } from "./parse-chat-request.ts";

const text = (value: string) => ({ type: "text", text: value });

describe("messages", () => {
  test("leading system and developer messages become the system text, later ones stay", () => {
    const request = parse({
      messages: [
        { role: "system", content: "one" },
        { role: "developer", content: [text("tw"), text("o")] },
        { role: "user", content: "a" },
        { role: "developer", content: "later" },
        { role: "assistant", content: "b" },
        { role: "user", content: "c", name: "somebody" },
      ],
    });
    expect(request.systemText).toBe("one\n\ntwo");
    expect(request.messages.map((message) => [message.role, messageText(message)])).toEqual([
      ["user", "a"],
      ["system", "later"],
      ["assistant", "b"],
      ["user", "c"],
    ]);
  });

  test("with nothing but system messages the last one is what is asked", () => {
    const one = { role: "system", content: "one" };
    expect(parse({ messages: [one] })).toMatchObject({ systemText: "", messages: [{ role: "system" }] });
    expect(parse({ messages: [one, { role: "developer", content: "two" }] })).toMatchObject({
      systemText: "one",
      messages: [{ role: "system", content: [text("two")] }],
    });
  });

  test("an assistant may have said nothing, or declined", () => {
    const said = [
      [{ role: "assistant" }, []],
      [{ role: "assistant", content: null, tool_calls: [], function_call: null, audio: null }, []],
      [{ role: "assistant", content: null, refusal: "No." }, [text("No.")]],
      [
        { role: "assistant", content: [text("Well."), { type: "refusal", refusal: "No." }] },
        [text("Well."), text("No.")],
      ],
      [{ role: "assistant", content: "x", reasoning_content: "hm" }, [text("x")]],
    ] as const;
    for (const [message, content] of said) {
      expect(parse({ messages: [...HELLO, message] }).messages[1]).toEqual({ role: "assistant", content });
    }
  });

  test("every text arrives as it was sent, as a string or in parts", () => {
    const anyText = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("", " ", "/clear", "-p", "@file", "!ls"),
    );
    const role = fc.constantFrom("system", "developer", "user", "assistant");
    const content = fc.oneof(anyText, fc.array(anyText, { minLength: 1 }));
    // Consecutive answers are joined, which another test covers.
    const messages = fc
      .array(fc.record({ role, content }), { minLength: 1 })
      .map((given) =>
        given.filter(({ role: own }, index) => own !== "assistant" || given[index - 1]?.role !== "assistant"),
      );
    fc.assert(
      fc.property(messages, (given) => {
        const bodies = given.map((message) => ({
          ...message,
          content: Array.isArray(message.content) ? message.content.map(text) : message.content,
        }));
        const { systemText, messages: parsed } = parse({ messages: bodies });
        const leading = given.length - parsed.length;
        const words = given.map((message) => [message.content].flat().join(""));
        expect(systemText).toBe(words.slice(0, leading).join("\n\n"));
        expect(parsed.map(messageText)).toEqual(words.slice(leading));
        expect(parsed.length).toBeGreaterThan(0);
      }),
    );
  });

  test.each([
    [undefined, "missing_required_parameter", "messages"],
    ["hello", "invalid_type", "messages"],
    [[], "empty_array", "messages"],
    [["hello"], "invalid_type", "messages[0]"],
    [[{ content: "x" }], "missing_required_parameter", "messages[0].role"],
    [[{ role: 1, content: "x" }], "invalid_type", "messages[0].role"],
    [[{ role: "robot", content: "x" }], "invalid_value", "messages[0].role"],
    [[{ role: "__proto__", content: "x" }], "invalid_value", "messages[0].role"],
    [[{ role: "user" }], "missing_required_parameter", "messages[0].content"],
    [[{ role: "user", content: 5 }], "invalid_type", "messages[0].content"],
    [[{ role: "user", content: {} }], "invalid_type", "messages[0].content"],
    [[{ role: "user", content: [] }], "empty_array", "messages[0].content"],
    [[{ role: "user", content: ["x"] }], "invalid_type", "messages[0].content[0]"],
    [
      [{ role: "user", content: [{ text: "x" }] }],
      "missing_required_parameter",
      "messages[0].content[0].type",
    ],
    [
      [{ role: "user", content: [{ type: "text" }] }],
      "missing_required_parameter",
      "messages[0].content[0].text",
    ],
    [[{ role: "user", content: [{ type: "text", text: 1 }] }], "invalid_type", "messages[0].content[0].text"],
    [
      [{ role: "user", content: [{ type: "refusal", refusal: "x" }] }],
      "invalid_value",
      "messages[0].content[0].type",
    ],
    [
      [{ role: "user", content: [{ type: "input_text", text: "x" }] }],
      "invalid_value",
      "messages[0].content[0].type",
    ],
    [
      [{ role: "user", content: [text("x"), { type: "image_url", image_url: {} }] }],
      "missing_required_parameter",
      "messages[0].content[1].image_url.url",
    ],
    [
      [{ role: "user", content: [{ type: "input_audio" }] }],
      "unsupported_value",
      "messages[0].content[0].type",
    ],
    [[...HELLO, { role: "assistant", audio: { id: "x" } }], "unsupported_parameter", "messages[1].audio"],
  ])("%j is refused as %s at %s", (messages, code, param) => {
    expect(refuse({ messages })).toMatchObject({ code, param });
  });
});

describe("parameters", () => {
  test("sampling is taken over, and only what was given", () => {
    expect(parse().sampling).toEqual({});
    expect(parse({ temperature: null, top_p: null, stop: null, max_tokens: null, n: null }).sampling).toEqual(
      {},
    );
    expect(
      parse({ temperature: 0, top_p: 0.5, max_tokens: 10, stop: "END", reasoning_effort: "xhigh" }).sampling,
    ).toEqual({
      temperature: 0,
      topP: 0.5,
      maxOutputTokens: 10,
      stopSequences: ["END"],
      effort: "xhigh",
      asksToThink: true,
    });
    expect(parse({ max_tokens: 10, max_completion_tokens: 20 }).sampling).toEqual({ maxOutputTokens: 20 });
    expect(parse({ stop: ["", "a", "b"] }).sampling).toEqual({ stopSequences: ["a", "b"] });
    expect(parse({ stop: [] }).sampling).toEqual({});
    expect(parse({ reasoning_effort: "none", verbosity: "low" }).sampling).toEqual({
      effort: "none",
      verbosity: "low",
    });
    expect(parse({ reasoning_effort: "minimal" }).sampling).toEqual({ effort: "minimal" });
  });

  test("are called by the name that the client used", () => {
    expect(parse({ max_tokens: 10 }).parameterNames.maxOutputTokens).toBe("max_tokens");
    expect(parse({ max_completion_tokens: 10 }).parameterNames).toMatchObject({
      maxOutputTokens: "max_completion_tokens",
      effort: "reasoning_effort",
      toolChoice: "tool_choice",
    });
    const functions = [{ name: "look" }];
    expect(parse({ functions }).parameterNames.toolChoice).toBe("function_call");
  });

  test("streaming and its usage are asked for apart", () => {
    expect(parse()).toMatchObject({ isStream: false, includeUsage: false });
    expect(parse({ stream: true, stream_options: { include_usage: true } })).toMatchObject({
      isStream: true,
      includeUsage: true,
    });
    expect(parse({ stream: true, stream_options: null })).toMatchObject({
      isStream: true,
      includeUsage: false,
    });
  });

  test("a temperature beyond Claude's scale is lowered and told", () => {
    expect(parse({ temperature: 2 })).toMatchObject({
      sampling: { temperature: 1 },
      ignored: ["temperature"],
    });
    expect(parse({ temperature: 1 }).ignored).toEqual([]);
  });

  test("answers at once, keeping, labels, the end user and the deadline are told", () => {
    expect(parse()).toMatchObject({ branchCount: 1, store: false, metadata: {}, isLegacyFunctions: false });
    expect(parse()).not.toHaveProperty("endUser");
    expect(parse().claude).toEqual({ settings: {}, sources: {}, ignored: [] });
    expect(
      parse({
        n: 3,
        store: true,
        metadata: { a: "b" },
        user: "u",
        claude: { timeout_ms: 5000, activity: "field", new_one: 1 },
      }),
    ).toMatchObject({
      branchCount: 3,
      store: true,
      metadata: { a: "b" },
      endUser: "u",
      claude: { timeoutMs: 5000, activity: "field" },
      ignored: ["claude.new_one"],
    });
    expect(parse({ user: "u", safety_identifier: "s" }).endUser).toBe("s");
  });

  test.each([
    [{ a: 1 }, "invalid_type", "metadata.a"],
    [
      Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, ""])),
      "object_above_max_properties",
      "metadata",
    ],
    [{ ["k".repeat(65)]: "" }, "property_name_above_max_length", "metadata"],
    [{ a: "v".repeat(513) }, "string_above_max_length", "metadata.a"],
    ["x", "invalid_type", "metadata"],
  ])("metadata %j is refused as %s at %s", (metadata, code, param) => {
    expect(refuse({ metadata })).toMatchObject({ code, param });
  });

  test("what has no effect is accepted and told", () => {
    const { ignored } = parse({
      seed: 1,
      logit_bias: { "50256": -100 },
      frequency_penalty: 0,
      service_tier: "flex",
      prompt_cache_key: "k",
      prediction: { type: "content", content: "x" },
      presence_penalty: null,
      "not a header\r\nname": 1,
      something_new: true,
      stream_options: { include_obfuscation: true },
      tools: [],
      tool_choice: "auto",
      response_format: { type: "text" },
      modalities: ["text"],
      n: 1,
      logprobs: false,
    });
    expect(ignored).toEqual([
      "seed",
      "logit_bias",
      "service_tier",
      "prompt_cache_key",
      "prediction",
      "something_new",
      "stream_options.include_obfuscation",
    ]);
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`field_${index}`, 1]));
    expect(parse(many).ignored).toHaveLength(32);
  });

  test.each([
    [{ model: undefined }, "missing_required_parameter", "model"],
    [{ model: 5 }, "invalid_type", "model"],
    [{ model: "" }, "empty_string", "model"],
    [{ stream: "true" }, "invalid_type", "stream"],
    [{ stream_options: { include_usage: 1 } }, "invalid_type", "stream_options.include_usage"],
    [{ temperature: "hot" }, "invalid_type", "temperature"],
    [{ temperature: 3 }, "decimal_above_max_value", "temperature"],
    [{ top_p: -0.1 }, "decimal_below_min_value", "top_p"],
    [{ max_tokens: 0 }, "integer_below_min_value", "max_tokens"],
    [{ max_completion_tokens: 1.5 }, "invalid_type", "max_completion_tokens"],
    [{ stop: ["1", "2", "3", "4", "5"] }, "array_above_max_length", "stop"],
    [{ stop: ["1", 2] }, "invalid_type", "stop[1]"],
    [{ reasoning_effort: "extreme" }, "invalid_value", "reasoning_effort"],
    [{ reasoning_effort: 3 }, "invalid_type", "reasoning_effort"],
    [{ n: 0 }, "integer_below_min_value", "n"],
    [{ n: 129 }, "integer_above_max_value", "n"],
    [{ verbosity: "loud" }, "invalid_value", "verbosity"],
    [{ claude: { timeout_ms: 0 } }, "integer_below_min_value", "claude.timeout_ms"],
    [{ claude: { activity: "all" } }, "invalid_value", "claude.activity"],
    [{ claude: { activity: true } }, "invalid_type", "claude.activity"],
    [{ user: 5 }, "invalid_type", "user"],
    [{ store: "yes" }, "invalid_type", "store"],
    [{ moderation: { model: "m" } }, "unsupported_parameter", "moderation"],
    [{ logprobs: true }, "unsupported_parameter", "logprobs"],
    [{ top_logprobs: 2 }, "unsupported_parameter", "top_logprobs"],
    [{ modalities: ["text", "audio"] }, "unsupported_parameter", "modalities"],
    [{ audio: { voice: "x", format: "wav" } }, "unsupported_parameter", "audio"],
    [{ web_search_options: {} }, "unsupported_parameter", "web_search_options"],
  ])("%j is refused as %s at %s", (extra, code, param) => {
    expect(refuse(extra)).toMatchObject({ code, param });
  });

  test.each([
    [
      { messages: [] },
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
    ],
    [
      { temperature: 3 },
      "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.",
    ],
    [
      { stream: null, max_tokens: "5" },
      "Invalid type for 'max_tokens': expected an integer, but got a string instead.",
    ],
    [
      { reasoning_effort: "x" },
      "Invalid value: 'x'. Supported values are: 'none', 'minimal', 'low', 'medium', 'high', 'xhigh', and 'max'.",
    ],
  ])("%j is refused in OpenAI's words", (extra, message) => {
    expect(refuse(extra).message).toBe(message);
  });

  test("whatever is sent is either accepted or refused by a RequestError", () => {
    const names = fc.constantFrom(
      "model",
      "messages",
      "stream",
      "stop",
      "n",
      "tools",
      "tool_choice",
      "functions",
      "response_format",
      "metadata",
      "temperature",
      "audio",
      "other",
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(names, fc.jsonValue())), (body) => {
        try {
          parseChatRequest(body);
        } catch (error) {
          expect(error).toBeInstanceOf(RequestError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
