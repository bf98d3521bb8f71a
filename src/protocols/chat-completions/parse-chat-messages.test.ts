import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { expectLinear } from "../../../test/expect-linear.ts";
import { parseChat, refuseChat } from "../../../test/protocols/chat-requests.ts";
import { RequestError } from "../request-error.ts";

type MessageBody = Readonly<Record<string, unknown>>;

const ASK: MessageBody = { role: "user", content: "go" };
const OPEN =
  "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ";

function call(id: string, text = "{}", name = "f") {
  return { id, type: "function", function: { name, arguments: text } };
}

function calls(...ids: readonly string[]): MessageBody {
  return { role: "assistant", content: null, tool_calls: ids.map((id) => call(id)) };
}

function result(id: string, content: unknown = "done"): MessageBody {
  return { role: "tool", tool_call_id: id, content };
}

function toolCall(callId: string, text = "{}", name = "f") {
  return { type: "tool-call", callId, name, arguments: text };
}

function toolResult(callId: string, ...texts: readonly string[]) {
  const content = texts.map((text) => ({ type: "text", text }));
  return { role: "tool", content: [{ type: "tool-result", callId, content }] };
}

function parseMessages(messages: readonly MessageBody[], isContinuation = false) {
  return parseChat({ messages }, { isContinuation }).messages;
}

function refuse(messages: readonly MessageBody[], isContinuation = false) {
  return refuseChat({ messages }, { isContinuation });
}

describe("a round of tool calls", () => {
  test("keeps text, calls, arguments and results as they were sent", () => {
    const messages = parseMessages([
      ASK,
      {
        role: "assistant",
        content: [{ type: "text", text: "Looking." }],
        tool_calls: [
          call("a", '{ "x":1.0 }', "first"),
          { ...call("b", "", "second"), type: undefined },
          call("c", "not JSON"),
        ],
      },
      result("b", [
        { type: "text", text: "1" },
        { type: "text", text: "2" },
      ]),
      result("a", ""),
      result("c"),
      { role: "user", content: "and?" },
    ]);
    expect(messages.slice(1)).toEqual([
      {
        role: "assistant",
        content: [
          { type: "text", text: "Looking." },
          toolCall("a", '{ "x":1.0 }', "first"),
          toolCall("b", "", "second"),
          toolCall("c", "not JSON"),
        ],
      },
      toolResult("b", "1", "2"),
      toolResult("a", ""),
      toolResult("c", "done"),
      { role: "user", content: [{ type: "text", text: "and?" }] },
    ]);
  });

  test.each([null, undefined, ""])("needs no text: content %j", (content) => {
    const [, answer] = parseMessages([ASK, { ...calls("a"), content }, result("a")]);
    expect(answer?.content.filter((part) => part.type === "text" && part.text !== "")).toEqual([]);
    expect(answer?.content.at(-1)).toEqual(toolCall("a"));
  });

  test("may use the ids of an earlier one again", () => {
    const round = [calls("call_0"), result("call_0")];
    expect(parseMessages([ASK, ...round, ...round])).toHaveLength(5);
  });

  test("answers that follow each other become one", () => {
    expect(
      parseMessages([
        ASK,
        { role: "assistant", content: "one" },
        { role: "assistant", content: "two" },
        calls("a"),
        result("a"),
      ])[1],
    ).toEqual({
      role: "assistant",
      content: [{ type: "text", text: "one" }, { type: "text", text: "two" }, toolCall("a")],
    });
  });

  test.each<readonly [readonly MessageBody[], string, string | null, string]>([
    [[ASK, calls("a", "b"), result("a")], "messages", null, `${OPEN}b`],
    [[ASK, calls("a", "b"), result("a"), ASK], "messages.[3].role", null, `${OPEN}b`],
    [[ASK, calls("a", "b")], "messages", null, `${OPEN}a, b`],
    [[ASK, calls("a"), ASK, result("a")], "messages.[2].role", null, `${OPEN}a`],
    [[ASK, calls("a"), { role: "system", content: "x" }, result("a")], "messages.[2].role", null, `${OPEN}a`],
    [[ASK, calls("a"), calls("b"), result("a"), result("b")], "messages.[2].role", null, `${OPEN}a`],
    [
      [ASK, result("a")],
      "messages.[1].role",
      null,
      "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
    ],
    [
      [ASK, calls("a"), result("a"), ASK, result("a")],
      "messages.[4].role",
      null,
      "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
    ],
    [
      [ASK, calls("a"), result("a"), result("x")],
      "messages.[3].tool_call_id",
      null,
      "Invalid parameter: 'tool_call_id' of 'x' not found in 'tool_calls' of previous message.",
    ],
    [
      [ASK, calls("a"), result("a"), result("a")],
      "messages.[3].tool_call_id",
      null,
      "Duplicate value for 'tool_call_id' of 'a'.",
    ],
    [
      [ASK, calls("a", "a"), result("a")],
      "messages",
      null,
      "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: a",
    ],
    [
      [ASK, calls("a", "a"), result("a"), result("a"), result("a")],
      "messages.[4].tool_call_id",
      null,
      "Duplicate value for 'tool_call_id' of 'a'.",
    ],
  ])("that is broken is refused: case %#", (messages, param, code, message) => {
    expect(refuse(messages)).toEqual({ param, code, message });
  });

  test.each([
    [{ role: "tool", content: "x" }, "missing_required_parameter", "messages[2].tool_call_id"],
    [{ role: "tool", tool_call_id: 5, content: "x" }, "invalid_type", "messages[2].tool_call_id"],
    [{ role: "tool", tool_call_id: "a" }, "missing_required_parameter", "messages[2].content"],
    [result("a", null), "missing_required_parameter", "messages[2].content"],
    [result("a", {}), "invalid_type", "messages[2].content"],
    [result("a", []), "empty_array", "messages[2].content"],
    [result("a", [{ type: "refusal", refusal: "x" }]), "invalid_value", "messages[2].content[0].type"],
  ])("result %j is refused as %s at %s", (body, code, param) => {
    expect(refuse([ASK, calls("a"), body])).toMatchObject({ code, param });
  });

  test.each([
    [{}, "invalid_type", "messages[1].tool_calls"],
    [["x"], "invalid_type", "messages[1].tool_calls[0]"],
    [[{}], "missing_required_parameter", "messages[1].tool_calls[0].id"],
    [[{ ...call(""), id: "" }], "empty_string", "messages[1].tool_calls[0].id"],
    [[{ id: "a", type: "function" }], "missing_required_parameter", "messages[1].tool_calls[0].function"],
    [
      [{ id: "a", function: { name: "f" } }],
      "missing_required_parameter",
      "messages[1].tool_calls[0].function.arguments",
    ],
    [
      [{ id: "a", function: { name: "f", arguments: {} } }],
      "invalid_type",
      "messages[1].tool_calls[0].function.arguments",
    ],
    [[call("a", "{}", "f g")], "invalid_value", "messages[1].tool_calls[0].function.name"],
    [
      [{ id: "a", type: "custom", custom: { name: "f", input: "x" } }],
      "unsupported_value",
      "messages[1].tool_calls[0].type",
    ],
    [[{ ...call("a"), type: "other" }], "invalid_value", "messages[1].tool_calls[0].type"],
  ])("tool_calls %j is refused as %s at %s", (toolCalls, code, param) => {
    expect(refuse([ASK, { role: "assistant", tool_calls: toolCalls }])).toMatchObject({ code, param });
  });
});

describe("a conversation that goes on by its name", () => {
  test("may begin with results", () => {
    const system = { role: "system", content: "x" };
    const { systemText, messages } = parseChat(
      { messages: [system, result("a"), result("b"), ASK] },
      { isContinuation: true },
    );
    expect(systemText).toBe("x");
    expect(messages.map(({ role }) => role)).toEqual(["tool", "tool", "user"]);
  });

  test.each<readonly [readonly MessageBody[], string]>([
    [[result("a"), result("a")], "messages.[1].tool_call_id"],
    [[ASK, result("a")], "messages.[1].role"],
    [[result("a"), ASK, result("b")], "messages.[2].role"],
    [[result("a"), { role: "assistant", content: "x" }, result("b")], "messages.[2].role"],
    [[result("a"), calls("b")], "messages"],
  ])("but not with anything else of that kind: case %#", (messages, param) => {
    expect(refuse(messages, true)).toMatchObject({ param });
  });

  test("only then", () => {
    expect(refuse([result("a")])).toMatchObject({ param: "messages.[0].role" });
  });
});

describe("the older function_call", () => {
  const functionCall = { role: "assistant", content: null, function_call: { name: "f", arguments: "{}" } };

  test("and its result belong together by their place", () => {
    const messages = [
      ASK,
      functionCall,
      { role: "function", name: "f", content: "done" },
      { ...functionCall, content: "Again.", tool_calls: null },
      { role: "function", name: "f", content: null },
    ];
    expect(parseMessages(messages).slice(1)).toEqual([
      { role: "assistant", content: [toolCall("function_call_1")] },
      toolResult("function_call_1", "done"),
      { role: "assistant", content: [{ type: "text", text: "Again." }, toolCall("function_call_3")] },
      toolResult("function_call_3"),
    ]);
  });

  test("may stand without a result, which is then empty", () => {
    expect(parseMessages([ASK, functionCall, ASK]).map(({ role }) => role)).toEqual([
      "user",
      "assistant",
      "tool",
      "user",
    ]);
    expect(parseMessages([ASK, functionCall]).at(-1)).toEqual(toolResult("function_call_1"));
  });

  test.each<readonly [readonly MessageBody[], string | null, string]>([
    [[ASK, { role: "function", name: "f", content: "x" }], null, "messages.[1].role"],
    [[ASK, functionCall, { role: "function", name: "g", content: "x" }], null, "messages.[2].role"],
    [[ASK, functionCall, result("a")], null, "messages.[2].role"],
    [
      [ASK, functionCall, { role: "function", content: "x" }],
      "missing_required_parameter",
      "messages[2].name",
    ],
    [
      [ASK, functionCall, { role: "function", name: "f" }],
      "missing_required_parameter",
      "messages[2].content",
    ],
    [
      [ASK, { role: "assistant", function_call: {} }],
      "missing_required_parameter",
      "messages[1].function_call.name",
    ],
  ])("is refused when it does not fit: case %#", (messages, code, param) => {
    expect(refuse(messages)).toMatchObject({ code, param });
  });
});

describe("any conversation of whole rounds", () => {
  interface Round {
    readonly ids: readonly string[];
    readonly order: readonly number[];
    readonly between: readonly MessageBody[];
  }

  const between = fc.array(
    fc.constantFrom<MessageBody>(
      ASK,
      { role: "developer", content: "note" },
      { role: "assistant", content: "so" },
    ),
    { maxLength: 3 },
  );
  const round: fc.Arbitrary<Round> = fc.record({
    ids: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 }),
    order: fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
    between,
  });
  const conversation = fc.array(round, { minLength: 1, maxLength: 5 }).map((rounds) => [
    ASK,
    ...rounds.flatMap(({ ids, order, between: others }) => [
      calls(...ids),
      ...ids
        .map((id, index) => ({ id, rank: order[index] ?? 0 }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ id }) => result(id, `result of ${id}`)),
      ...others,
    ]),
  ]);

  test("is accepted, each result once and in its place", () => {
    fc.assert(
      fc.property(conversation, (messages) => {
        const results = parseMessages(messages).flatMap((message) =>
          message.role === "tool" ? message.content : [],
        );
        const sent = messages.filter(({ role }) => role === "tool");
        expect(results.map(({ callId }) => callId)).toEqual(sent.map((body) => body["tool_call_id"]));
      }),
    );
  });

  test("is refused when one result is missing, doubled or of another call", () => {
    const spoil = fc.constantFrom<(body: MessageBody) => readonly MessageBody[]>(
      () => [],
      (body) => [body, body],
      (body) => [{ ...body, tool_call_id: `${String(body["tool_call_id"])}…another` }],
    );
    fc.assert(
      fc.property(conversation, fc.nat(), spoil, (messages, chosen, change) => {
        const places = messages.flatMap(({ role }, index) => (role === "tool" ? [index] : []));
        const place = places[chosen % places.length];
        const spoiled = messages.flatMap((body, index) => (index === place ? change(body) : [body]));
        expect(refuse(spoiled).param).toMatch(/^messages/);
      }),
    );
  });
});

test("whatever messages are sent, they are either taken or refused", () => {
  const part = fc.oneof(
    fc.jsonValue(),
    fc.record(
      {
        type: fc.constantFrom("text", "image_url", "file", "refusal", "input_audio", "x"),
        text: fc.string(),
        image_url: fc.oneof(fc.jsonValue(), fc.record({ url: fc.oneof(fc.webUrl(), fc.constant("data:,")) })),
        file: fc.oneof(fc.jsonValue(), fc.record({ file_data: fc.base64String() })),
      },
      { requiredKeys: ["type"] },
    ),
  );
  const id = fc.constantFrom("a", "b");
  const message = fc.record(
    {
      role: fc.constantFrom("system", "user", "assistant", "tool", "function"),
      content: fc.oneof(fc.string(), fc.array(part), fc.jsonValue()),
      tool_calls: fc.oneof(fc.array(id.map((own) => call(own))), fc.jsonValue()),
      tool_call_id: id,
      function_call: fc.oneof(fc.constant({ name: "f", arguments: "" }), fc.jsonValue()),
      name: fc.constant("f"),
    },
    { requiredKeys: ["role"] },
  );
  fc.assert(
    fc.property(fc.array(message, { minLength: 1 }), fc.boolean(), (messages, isContinuation) => {
      try {
        expect(parseMessages(messages, isContinuation).length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(RequestError);
      }
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ["system messages", { role: "system", content: "a" }],
  ["answers that are joined", { role: "assistant", content: "a" }],
  ["questions", ASK],
])("%s by the thousand take time in proportion to their number", (_, message) => {
  expectLinear((size) => {
    const messages = [...Array.from({ length: size }, () => message), ASK];
    return () => expect(parseMessages(messages).at(-1)).toMatchObject({ role: "user" });
  }, 500);
});
