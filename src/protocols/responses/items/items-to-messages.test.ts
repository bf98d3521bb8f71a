import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { toldByClaude } from "../../../../test/engine/told-by-claude.ts";
import { newTurnId } from "../../../core/words/ids.ts";
import { type Message, messageText, toolCallsOf } from "../../../core/words/message.ts";
import type { EngineEvent } from "../../../core/words/turn-event.ts";
import { TurnRecord } from "../../../core/turn/turn-record.ts";
import { NO_USAGE } from "../../../core/words/usage.ts";
import { canonicalJson } from "../../../lib/canonical-json.ts";
import { RequestError } from "../../request-error.ts";
import { assignItemIds } from "./assign-item-ids.ts";
import { type ParsedItems, toMessages, type ToMessagesOptions } from "./items-to-messages.ts";
import { parseItems } from "./parse-items.ts";
import { ResponseWriter } from "../output/response-writer.ts";
import { responseIdOf } from "../response-head.ts";
import type { ToolOrigin, WireItem } from "../responses-request.ts";
import { parseResponsesRequest } from "../request/parse-responses-request.ts";
import { toServerTools } from "../tools/to-server-tools.ts";
import { expectWithin } from "../../../../test/machine-speed.ts";

type Body = Readonly<Record<string, unknown>>;

const seal = (value: unknown) => `sealed:${JSON.stringify(value)}`;
const unseal = (text: string): unknown =>
  text.startsWith("sealed:") ? JSON.parse(text.slice("sealed:".length)) : undefined;

function read(items: readonly Body[], options: Partial<ToMessagesOptions> = {}): ParsedItems {
  return toMessages(parseItems(items, "input"), { unseal, ...options });
}

function refuse(items: readonly Body[], options?: Partial<ToMessagesOptions>): object {
  try {
    read(items, options);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { code: error.code, param: error.info.param, message: error.message };
  }
  throw new Error("The items were accepted.");
}

const user = (text: string) => ({ role: "user", content: text });
const call = (id: string, extra: Body = {}) => ({
  type: "function_call",
  call_id: id,
  name: "f",
  arguments: "{}",
  ...extra,
});
const output = (id: string, text = "done") => ({ type: "function_call_output", call_id: id, output: text });
const says = (text: string, extra: Body = {}) => ({
  type: "message",
  role: "assistant",
  content: [{ type: "output_text", text, annotations: [] }],
  ...extra,
});

const userMessage = (text: string): Message => ({ role: "user", content: [{ type: "text", text }] });
const answer = (...content: object[]) => ({ role: "assistant", content });
const text = (value: string) => ({ type: "text", text: value });
const callPart = (callId: string, name = "f", args = "{}") => ({
  type: "tool-call",
  callId,
  name,
  arguments: args,
});
const result = (callId: string, value = "done") => ({
  role: "tool",
  content: [{ type: "tool-result", callId, content: [text(value)] }],
});

describe("messages", () => {
  test("leading ones of the system follow the instructions, later ones stay", () => {
    const items = [
      { role: "developer", content: "one" },
      { type: "message", role: "system", content: [{ type: "input_text", text: "two" }] },
      user("hi"),
      { role: "developer", content: "three" },
    ];
    expect(read(items, { instructions: "zero" })).toEqual({
      systemText: "zero\n\none\n\ntwo",
      messages: [userMessage("hi"), { role: "system", content: [text("three")] }],
      approvals: [],
    });
  });

  test("with nothing but these the last one is to be answered", () => {
    expect(
      read([
        { role: "system", content: "a" },
        { role: "system", content: "b" },
      ]),
    ).toMatchObject({
      systemText: "a",
      messages: [{ role: "system", content: [text("b")] }],
    });
  });

  test("images and files, by value, by URL and by id", () => {
    const png = Buffer.from("89504e470d0a1a0a0000", "hex").toString("base64");
    const content = [
      { type: "input_text", text: "see" },
      { type: "input_image", image_url: `data:image/png;base64,${png}` },
      { type: "input_image", image_url: "https://a.example/b.png", detail: "low" },
      { type: "input_image", file_id: "file-1" },
      { type: "input_file", filename: "a.txt", file_data: Buffer.from("hello").toString("base64") },
      { type: "input_file", file_url: "https://a.example/b.pdf" },
      { type: "input_file", file_id: "file-2" },
    ];
    const findFile = (id: string) =>
      id === "file-1"
        ? { filename: "b.png", base64: png }
        : { filename: "c.txt", base64: Buffer.from("there").toString("base64") };
    const image = { type: "image", source: { type: "base64", mediaType: "image/png", data: png } };
    expect(read([{ role: "user", content }], { findFile }).messages[0]?.content).toEqual([
      text("see"),
      image,
      { type: "image", source: { type: "url", url: "https://a.example/b.png" } },
      image,
      { type: "document", source: { type: "text", text: "hello" }, title: "a.txt" },
      { type: "document", source: { type: "url", url: "https://a.example/b.pdf" } },
      { type: "document", source: { type: "text", text: "there" }, title: "c.txt" },
    ]);
    expect(refuse([{ role: "user", content }])).toMatchObject({ param: "input[0].content[3].file_id" });
  });

  test.each<[string, Body, object]>([
    ["an unknown role", { role: "tool", content: "x" }, { code: "invalid_value", param: "input[0].role" }],
    ["no content", { role: "user" }, { code: "missing_required_parameter", param: "input[0].content" }],
    ["an unknown part", { role: "user", content: [{ type: "x" }] }, { param: "input[0].content[0].type" }],
    ["audio", { role: "user", content: [{ type: "input_audio" }] }, { code: "unsupported_value" }],
    [
      "an image of an assistant",
      { role: "assistant", content: [{ type: "input_image", image_url: "https://a.b" }] },
      { param: "input[0].content[0].type" },
    ],
    [
      "a text without text",
      { role: "user", content: [{ type: "input_text" }] },
      { param: "input[0].content[0].text" },
    ],
    [
      "an empty file",
      { role: "user", content: [{ type: "input_file" }] },
      { param: "input[0].content[0].file_data" },
    ],
    ["no type", { content: "x" }, { code: "missing_required_parameter", param: "input[0].type" }],
    ["a type that is none", { type: 1 }, { code: "invalid_type", param: "input[0].type" }],
    ["an unknown type", { type: "x" }, { code: "invalid_value", param: "input[0].type" }],
    [
      "an image that was made",
      { type: "image_generation_call", id: "i", result: "" },
      { code: "unsupported_value", param: "input[0].type" },
    ],
    [
      "a call without id",
      { type: "function_call", name: "f", arguments: "{}" },
      { param: "input[0].call_id" },
    ],
    [
      "an unknown reference",
      { type: "item_reference", id: "msg_1" },
      { param: "input", message: expect.stringContaining("Item with id 'msg_1' not found") },
    ],
  ])("refused: %s", (_, item, expected) => {
    expect(refuse([item])).toMatchObject(expected);
  });
});

describe("answers", () => {
  test("all items between two inputs are one, with its text as it was", () => {
    const items = [
      user("a"),
      says("b"),
      says("c\n"),
      says("d"),
      { ...call("1") },
      output("1"),
      says("e"),
      user("f"),
    ];
    expect(read(items).messages).toEqual([
      userMessage("a"),
      answer(text("b\n\nc\nd"), callPart("1")),
      result("1"),
      answer(text("e")),
      userMessage("f"),
    ]);
  });

  test("what came out of Claude Code's own work is not told again, what another server's did is", () => {
    const items = [
      user("a"),
      { type: "shell_call", id: "sh_act_1", call_id: "x", action: { commands: ["ls"] } },
      { type: "shell_call_output", id: "sho_act_1", call_id: "x", output: [] },
      says("b"),
      user("c"),
      { type: "web_search_call", id: "ws_1", status: "completed", action: { type: "search", query: "q" } },
      user("d"),
    ];
    expect(read(items).messages).toEqual([
      userMessage("a"),
      answer(text("b")),
      userMessage("c"),
      answer(text('[web_search_call] {"action":{"type":"search","query":"q"}}')),
      userMessage("d"),
    ]);
  });

  test("an answer that says nothing is an empty text", () => {
    const items = [user("a"), { type: "reasoning", summary: [], encrypted_content: "foreign" }, user("b")];
    expect(read(items).messages[1]).toEqual(answer(text("")));
  });

  test("thinking comes back with its signature", () => {
    const items = [
      user("a"),
      { type: "reasoning", summary: [], encrypted_content: seal({ text: "t", signature: "s", model: "m" }) },
      { type: "reasoning", summary: [], encrypted_content: seal({ data: "d", model: "m" }) },
      says("b"),
    ];
    expect(read(items).messages[1]).toEqual(
      answer(
        { type: "thinking", text: "t", signature: "s", model: "m" },
        { type: "redacted-thinking", data: "d", model: "m" },
        text("b"),
      ),
    );
  });
});

describe("client tools", () => {
  test("calls of every kind are those of the tool that the model knows", () => {
    const items = [
      user("a"),
      call("1", { namespace: "n" }),
      { type: "custom_tool_call", call_id: "2", name: "c", input: "free" },
      {
        type: "shell_call",
        call_id: "3",
        action: { commands: ["ls"], timeout_ms: 5, max_output_length: null },
      },
      {
        type: "local_shell_call",
        id: "lsh_4",
        call_id: "4",
        action: { type: "exec", command: ["ls"], env: {} },
      },
      { type: "apply_patch_call", call_id: "5", operation: { type: "create_file", path: "a", diff: "+b" } },
      { type: "apply_patch_call", call_id: "6", operation: { type: "delete_file", path: "a" } },
      output("1"),
      { type: "custom_tool_call_output", call_id: "2", output: [{ type: "input_text", text: "done" }] },
      {
        type: "shell_call_output",
        call_id: "3",
        output: [
          { stdout: "x", stderr: "y", outcome: { type: "exit", exit_code: 1 } },
          { stdout: "", stderr: "", outcome: { type: "timeout" } },
        ],
      },
      { type: "local_shell_call_output", id: "lsh_4", output: "done" },
      { type: "apply_patch_call_output", call_id: "5", status: "completed" },
      { type: "apply_patch_call_output", call_id: "6", status: "failed", output: "no such file" },
    ];
    expect(read(items).messages.slice(1)).toEqual([
      answer(
        callPart("1", "n__f"),
        callPart("2", "c", '{"input":"free"}'),
        callPart("3", "shell", '{"commands":["ls"],"timeout_ms":5}'),
        callPart("4", "local_shell", '{"command":["ls"]}'),
        callPart("5", "apply_patch", '{"type":"create_file","path":"a","diff":"+b"}'),
        callPart("6", "apply_patch", '{"type":"delete_file","path":"a"}'),
      ),
      result("1"),
      result("2"),
      result("3", "x\nstderr:\ny\n(exit code 1)\n\n(timed out)"),
      result("4"),
      result("5", "Done."),
      {
        role: "tool",
        content: [{ type: "tool-result", callId: "6", content: [text("no such file")], isError: true }],
      },
    ]);
  });

  test("a call whose namespace was lost is known again", () => {
    const toolOrigins = new Map<string, ToolOrigin>([
      ["n__f", { type: "function", name: "f", namespace: "n" }],
    ]);
    expect(read([user("a"), call("1"), output("1")], { toolOrigins }).messages[1]).toEqual(
      answer(callPart("1", "n__f")),
    );
  });

  test("outputs stand behind their answer wherever they came", () => {
    const items = [
      user("a"),
      call("1"),
      call("2"),
      user("b"),
      output("2"),
      says("c"),
      output("1"),
      user("d"),
    ];
    expect(read(items).messages).toEqual([
      userMessage("a"),
      answer(callPart("1"), callPart("2")),
      result("2"),
      result("1"),
      userMessage("b"),
      answer(text("c")),
      userMessage("d"),
    ]);
  });

  test("an id may be used again in a later answer", () => {
    const items = [user("a"), call("1"), output("1", "x"), call("1"), output("1", "y")];
    expect(read(items).messages.slice(1)).toEqual([
      answer(callPart("1")),
      result("1", "x"),
      answer(callPart("1")),
      result("1", "y"),
    ]);
  });

  test("a call that was cut was never made", () => {
    const items = [user("a"), says("b"), call("1", { status: "incomplete", arguments: '{"a' }), user("c")];
    expect(read(items).messages[1]).toEqual(answer(text("b")));
  });

  test.each<[string, Body[], string]>([
    ["no output", [user("a"), call("call_x"), user("b")], "No tool output found for function call call_x."],
    [
      "no call",
      [user("a"), output("call_x")],
      "No tool call found for function call output with call_id call_x.",
    ],
    [
      "two outputs",
      [user("a"), call("1"), output("1"), output("1")],
      "Duplicate function call output for call_id 1.",
    ],
    [
      "an output before its call",
      [user("a"), output("1"), call("1")],
      "No tool output found for function call 1.",
    ],
  ])("refused: %s", (_, items, message) => {
    expect(refuse(items)).toMatchObject({ param: "input", message });
  });

  test("two calls of one id in an answer have an output each", () => {
    expect(read([user("a"), call("1"), call("1"), output("1"), output("1")]).messages).toHaveLength(4);
    expect(refuse([user("a"), call("1"), call("1"), output("1")])).toMatchObject({
      param: "input",
      message: "No tool output found for function call 1.",
    });
  });

  test("a named conversation may go on with outputs", () => {
    const items = [{ role: "developer", content: "dev" }, output("1"), user("b")];
    expect(read(items, { isContinuation: true })).toEqual({
      systemText: "dev",
      messages: [result("1"), userMessage("b")],
      approvals: [],
    });
  });
});

describe("approvals", () => {
  const request = {
    type: "mcp_approval_request",
    id: "mcpr_1",
    server_label: "s",
    name: "n",
    arguments: "{}",
  };
  const response = {
    type: "mcp_approval_response",
    approval_request_id: "mcpr_1",
    approve: false,
    reason: "no",
  };
  const shown = { serverLabel: "s", toolName: "n", input: {} };

  test("those behind the last answer are for this turn, and part two answers", () => {
    expect(read([user("a"), says("b"), request, response])).toEqual({
      systemText: "",
      messages: [userMessage("a"), answer(text("b"))],
      approvals: [{ approvalId: "mcpr_1", isApproved: false, reason: "no", call: shown }],
    });
    expect(read([user("a"), request, response, says("c"), user("d")])).toEqual({
      systemText: "",
      messages: [userMessage("a"), answer(text("")), answer(text("c")), userMessage("d")],
      approvals: [],
    });
  });

  test("say which call they are for, as it was shown, and only once", () => {
    const twice = read([user("a"), request, response, says("c"), response]);
    expect(twice.approvals).toEqual([{ approvalId: "mcpr_1", isApproved: false, reason: "no" }]);
    for (const unreadable of ["{", "[]", undefined]) {
      const broken = read([user("a"), { ...request, arguments: unreadable }, response]);
      expect(broken.approvals).toEqual([{ approvalId: "mcpr_1", isApproved: false, reason: "no" }]);
    }
  });
});

test("a call of Claude Code's own tools is approved like any other, whatever tools the request declares", () => {
  const request = {
    type: "mcp_approval_request",
    id: "mcpr_toolu_1",
    server_label: "claude-code",
    name: "Bash",
    arguments: '{"command":"npm test"}',
  };
  const response = { type: "mcp_approval_response", approval_request_id: "mcpr_toolu_1", approve: true };
  const { approvals } = read([user("a"), says("b"), request, response]);
  const shown = { serverLabel: "claude-code", toolName: "Bash", input: { command: "npm test" } };
  expect(approvals).toEqual([{ approvalId: "mcpr_toolu_1", isApproved: true, call: shown }]);
  const asked = parseResponsesRequest({ model: "sonnet", input: "a" });
  expect(toServerTools(asked, approvals)).toEqual({ builtin: [], mcpServers: [], approvals });
});

test("an approval of what was never asked for is refused", () => {
  const response = { type: "mcp_approval_response", approval_request_id: "mcpr_2", approve: true };
  expect(refuse([user("a"), says("b"), response])).toMatchObject({ param: "input" });
  expect(read([response], { isContinuation: true }).approvals).toHaveLength(1);
});

test("very many items take no time to speak of", () => {
  const count = 50_000;
  const items = [
    user("a"),
    ...Array.from({ length: count }, (_, at) => says(`text ${at}`)),
    ...Array.from({ length: count }, (_, at) => call(`${at}`)),
    ...Array.from({ length: count }, (_, at) => output(`${count - 1 - at}`)),
    ...Array.from({ length: count }, () => [call("same"), output("same")]).flat(),
  ];
  const before = process.threadCpuUsage();
  expect(read(items).messages).toHaveLength(2 + count + 2 * count);
  const { user: userTime, system } = process.threadCpuUsage(before);
  expectWithin((userTime + system) / 1_000, 15_000);
});

describe("compaction", () => {
  test("stands for all before it but what leads", () => {
    const items = [
      { role: "developer", content: "dev" },
      user("a"),
      says("b"),
      { type: "compaction", encrypted_content: seal({ summary: "s" }) },
      user("c"),
    ];
    const { systemText, messages } = read(items);
    expect(systemText).toBe("dev");
    expect(messages).toHaveLength(2);
    expect(messageText(messages[0] as Message)).toMatch(/\n\ns$/);
    expect(messages[1]).toEqual(userMessage("c"));
  });

  test("of another server is refused", () => {
    expect(refuse([{ type: "compaction", encrypted_content: "x" }, user("c")])).toMatchObject({
      code: "invalid_encrypted_content",
      param: "input[0].encrypted_content",
    });
  });
});

test("references are replaced by what they refer to", () => {
  const kept = assignItemIds(parseItems([says("b")], "input"), "p");
  const findItem = (id: string) => kept.find((item) => item["id"] === id);
  const items = [user("a"), { id: "msg_p_i0" }, user("c")];
  expect(read(items, { findItem }).messages).toEqual([userMessage("a"), answer(text("b")), userMessage("c")]);
});

test("nothing to answer is refused", () => {
  expect(refuse([])).toMatchObject({ code: "missing_required_parameter", param: "input" });
});

const word = fc.constantFrom("a", "b\n", "\n\nc", "", "d\n\n", "ünï 😀");

/** One round of a conversation, as items that a client could send. */
const round = fc.record({
  input: fc.array(word, { minLength: 1, maxLength: 2 }),
  texts: fc.array(word, { maxLength: 3 }),
  callCount: fc.nat(3),
  hasThought: fc.boolean(),
});

test("any rounds survive: being kept changes nothing, and every answer has its calls and their results", () => {
  fc.assert(
    fc.property(fc.array(round, { minLength: 1, maxLength: 5 }), (rounds) => {
      const items = rounds.flatMap(({ input, texts, callCount, hasThought }, index) => [
        ...input.map(user),
        ...(hasThought ? [{ type: "reasoning", summary: null, encrypted_content: null }] : []),
        ...texts.map((each) => says(each)),
        ...Array.from({ length: callCount }, (_, at) => call(`${index}.${at}`)),
        ...Array.from({ length: callCount }, (_, at) => output(`${index}.${callCount - 1 - at}`)),
      ]);
      const parsed = parseItems(items, "input");
      const { messages } = toMessages(parsed, { unseal });
      expect(toMessages(assignItemIds(parsed, "p"), { unseal }).messages).toEqual(messages);
      const calls = messages.flatMap(toolCallsOf).map(({ callId }) => callId);
      const results = messages.flatMap(({ role, content }) =>
        role === "tool" ? content.map((part) => ("callId" in part ? part.callId : "")) : [],
      );
      expect(results.toSorted()).toEqual(calls.toSorted());
      expect(calls).toHaveLength(rounds.reduce((sum, { callCount }) => sum + callCount, 0));
    }),
  );
});

test("junk gives nothing but a RequestError", () => {
  const types = [
    "message",
    "function_call",
    "function_call_output",
    "shell_call",
    "reasoning",
    "compaction",
    "item_reference",
    "x",
  ];
  const item = fc.record(
    {
      type: fc.constantFrom<unknown>(...types, null),
      role: fc.constantFrom<unknown>("user", "assistant", "system", 1),
      content: fc.jsonValue(),
      id: fc.constantFrom<unknown>("a", "b_act_c", null),
      call_id: fc.constantFrom<unknown>("a", "b"),
      name: fc.constantFrom<unknown>("f", 1),
      arguments: fc.constantFrom<unknown>("{}", 1),
      output: fc.jsonValue(),
      encrypted_content: fc.constantFrom<unknown>("x", null),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(item), (items) => {
      try {
        read(items);
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
      }
    }),
  );
});

/** An event of a turn; with or without the pieces that the engine adds between texts of different model calls. */
const happening = fc.oneof(
  fc.tuple(fc.constant("text" as const), fc.array(word, { minLength: 1, maxLength: 3 })),
  fc.tuple(fc.constant("thought" as const), fc.array(word, { maxLength: 2 })),
  fc.tuple(
    fc.constant("activity" as const),
    fc.constantFrom("Bash", "Write", "WebSearch", "Task", "mcp__s__t"),
  ),
  fc.tuple(
    fc.constant("call" as const),
    fc.constantFrom("f", "n__f", "c", "shell", "local_shell", "apply_patch"),
  ),
);
const ORIGINS = new Map<string, ToolOrigin>([
  ["f", { type: "function", name: "f" }],
  ["n__f", { type: "function", name: "f", namespace: "n" }],
  ["c", { type: "custom", name: "c" }],
  ["shell", { type: "shell" }],
  ["local_shell", { type: "local_shell" }],
  ["apply_patch", { type: "apply_patch" }],
]);
const ARGUMENTS: Readonly<Record<string, string>> = {
  f: '{"b": 1, "a": [true]}',
  n__f: "{}",
  c: '{"input": "free \\u00fc text"}',
  shell: '{"timeout_ms": 5, "commands": ["ls", "pwd"]}',
  local_shell: '{"command": ["ls"], "env": {"A": "b"}, "working_directory": "/w"}',
  apply_patch: '{"path": "a", "type": "update_file", "diff": "@@\\n-a\\n+b"}',
};

function* eventsOf([type, value]: readonly [string, unknown], index: number): Generator<EngineEvent> {
  const id = `toolu_${index}`;
  if (type === "text") for (const piece of value as string[]) yield { type: "text-delta", text: piece };
  if (type === "thought") {
    for (const piece of value as string[]) yield { type: "reasoning-delta", text: piece };
    yield { type: "reasoning-end", signature: "s", model: "m" };
  }
  if (type === "activity") {
    const input = { command: "ls", file_path: "/a", content: "b", query: "q" };
    const activity = toldByClaude([
      { type: "activity-start", activityId: id, name: String(value), input },
      { type: "activity-end", activityId: id, isError: false, output: "out" },
    ]);
    for (const event of activity) if (event.type !== "turn-start") yield event;
  }
  if (type === "call") {
    const whole = ARGUMENTS[String(value)] ?? "";
    yield { type: "tool-call-start", callId: id, name: String(value) };
    yield { type: "tool-call-delta", callId: id, text: whole };
    yield { type: "tool-call-end", callId: id, name: String(value), arguments: whole };
  }
}

/** The parts of an answer that matter, as in `state-hash.ts`. */
function meaning(message: Message): readonly unknown[] {
  return [
    messageText(message),
    toolCallsOf(message).map(({ callId, name, arguments: args }) => [callId, name, canonicalJson(args)]),
  ];
}

test("what a turn said comes back from its items just as it is on record", () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 8 }), fc.boolean(), (happenings, showsActivity) => {
      const turnId = newTurnId();
      const record = new TurnRecord(() => 0);
      const writer = new ResponseWriter(
        {
          turnId,
          id: responseIdOf(turnId),
          modelId: "m",
          createdAt: 0,
          echo: {},
          toolOrigins: ORIGINS,
          include: new Set(["reasoning.encrypted_content"]),
          showsReasoning: true,
          isBackground: false,
          showsActivity,
          seal,
        },
        () => 0,
      );
      for (const event of happenings.flatMap((each, index) => [...eventsOf(each, index)])) {
        record.add(event);
        writer.of(event);
      }
      const hasCalls = happenings.some(([type]) => type === "call");
      writer.of({ type: "turn-end", reason: hasCalls ? "tool-calls" : "end", usage: NO_USAGE, costUsd: 0 });
      const items = writer.body["output"] as WireItem[];
      const recorded = record.answer;
      const outputs = toolCallsOf(recorded).map(({ callId }) => {
        const made = items.find((item) => item["call_id"] === callId);
        return {
          type: `${made?.type}_output`,
          call_id: callId,
          output: made?.type === "shell_call" ? [] : "done",
        };
      });
      const parsed = parseItems([user("a"), ...items, ...outputs, user("b")], "input");
      const { messages } = toMessages(assignItemIds(parsed, "p"), { unseal });
      const came = messages[1] as Message;
      expect(meaning(came)).toEqual(meaning(recorded));
      expect(messages.map(({ role }) => role)).toEqual([
        "user",
        "assistant",
        ...outputs.map(() => "tool"),
        "user",
      ]);
      const thoughts = happenings.filter(([type]) => type === "thought").length;
      expect(came.content.filter(({ type }) => type === "thinking")).toHaveLength(thoughts);
    }),
    { numRuns: 300 },
  );
});
