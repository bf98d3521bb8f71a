import { afterEach, expect, test } from "vitest";

import type { TurnEvent } from "../../src/core/words/turn-event.ts";
import {
  postChat,
  say,
  type ScriptedServer,
  startScriptedServer,
  TURN_END,
  turnStart,
} from "./scripted-server.ts";

let server: ScriptedServer;
afterEach(() => server.close());

const PARAMETERS = { type: "object", properties: { path: { type: "string" } } };
const NO_MESSAGES = { messages: undefined };

test("items of Responses become messages, what is said and called between inputs one answer", async () => {
  server = await startScriptedServer(say("ok"));
  const answer = await postChat(server, {
    ...NO_MESSAGES,
    instructions: "Be brief.",
    max_output_tokens: 77,
    text: { format: { type: "json_schema", name: "out", schema: { type: "object" } }, verbosity: "low" },
    input: [
      { role: "developer", content: "Be kind." },
      { role: "user", content: [{ type: "input_text", text: "Look." }] },
      { type: "reasoning", id: "rs_1", summary: [] },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "I look." }] },
      { type: "function_call", call_id: "a", name: "read", arguments: '{"path":"a"}' },
      { type: "custom_tool_call", call_id: "b", name: "patch", input: "*** Begin" },
      { type: "function_call_output", call_id: "a", output: [{ type: "input_text", text: "x" }] },
      { type: "custom_tool_call_output", call_id: "b", output: "done" },
    ],
  });
  expect(answer.status, answer.text).toBe(200);
  expect(server.requests[0]).toMatchObject({
    systemText: "Be brief.\n\nBe kind.",
    sampling: { maxOutputTokens: 77, verbosity: "low" },
    outputFormat: { type: "json-schema" },
    messages: [
      { role: "user", content: [{ type: "text", text: "Look." }] },
      {
        role: "assistant",
        content: [
          { type: "text", text: "I look." },
          { type: "tool-call", callId: "a", name: "read", arguments: '{"path":"a"}' },
          { type: "tool-call", callId: "b", name: "patch", arguments: '{"input":"*** Begin"}' },
        ],
      },
      {
        role: "tool",
        content: [{ type: "tool-result", callId: "a", content: [{ type: "text", text: "x" }] }],
      },
      {
        role: "tool",
        content: [{ type: "tool-result", callId: "b", content: [{ type: "text", text: "done" }] }],
      },
    ],
  });
});

test("Anthropic's blocks become calls and results, results first", async () => {
  server = await startScriptedServer(say("ok"));
  const answer = await postChat(server, {
    system: "Be exact.",
    stop_sequences: ["END"],
    messages: [
      { role: "user", content: "Look." },
      {
        role: "assistant",
        content: [
          { type: "thinking", thinking: "hm", signature: "x" },
          { type: "tool_use", id: "a", name: "read", input: { path: "a" } },
        ],
      },
      {
        role: "user",
        content: [
          { type: "text", text: "Quickly.", cache_control: { type: "ephemeral" } },
          {
            type: "tool_result",
            tool_use_id: "a",
            is_error: true,
            content: [{ type: "text", text: "gone" }],
          },
        ],
      },
    ],
  });
  expect(answer.status, answer.text).toBe(200);
  expect(server.requests[0]).toMatchObject({
    systemText: "Be exact.",
    sampling: { stopSequences: ["END"] },
    messages: [
      { role: "user" },
      { role: "assistant", content: [{ type: "tool-call", callId: "a", arguments: '{"path":"a"}' }] },
      { role: "tool", content: [{ callId: "a", isError: true, content: [{ type: "text", text: "gone" }] }] },
      { role: "user", content: [{ type: "text", text: "Quickly." }] },
    ],
  });
});

test.each([
  [{ type: "function", name: "read", description: "Reads.", parameters: PARAMETERS, strict: false }],
  [{ name: "read", description: "Reads.", input_schema: PARAMETERS, cache_control: { type: "ephemeral" } }],
  [{ type: "custom", name: "read", description: "Reads.", input_schema: PARAMETERS }],
  [{ function: { name: "read", description: "Reads.", parameters: PARAMETERS } }],
])("a tool in another shape is the same tool: %j", async (tool) => {
  server = await startScriptedServer(say("ok"));
  const choices = [
    "auto",
    { type: "auto" },
    { type: "any" },
    { type: "tool", name: "read" },
    { type: "function", name: "read" },
  ];
  for (const choice of choices) {
    const answer = await postChat(server, { tools: [tool], tool_choice: choice });
    expect(answer.status, answer.text).toBe(200);
  }
  for (const { tools } of server.requests) {
    expect(tools.list).toEqual([
      {
        name: "read",
        description: "Reads.",
        inputSchema: PARAMETERS,
        ...("cache_control" in tool && { cache: {} }),
      },
    ]);
  }
  expect(server.requests.map(({ tools }) => tools.choice)).toEqual([
    { type: "auto" },
    { type: "auto" },
    { type: "required" },
    { type: "tool", name: "read" },
    { type: "tool", name: "read" },
  ]);
});

test("a flat custom tool is called with its text, in a stream and a body", async () => {
  const patch = '*** Begin\n+"é" \\ x';
  const whole = JSON.stringify({ input: patch });
  server = await startScriptedServer(async function* (request): AsyncGenerator<TurnEvent> {
    yield turnStart(request);
    yield { type: "tool-call-start", callId: "p", name: "patch" };
    for (const piece of whole.match(/.{1,5}/gsu) ?? [])
      yield { type: "tool-call-delta", callId: "p", text: piece };
    yield { type: "tool-call-end", callId: "p", name: "patch", arguments: whole };
    yield { ...TURN_END, reason: "tool-calls" };
  });
  const tools = [{ type: "custom", name: "patch", description: "Changes.", format: { type: "text" } }];
  const body = await postChat(server, { tools });
  expect(body.json).toMatchObject({
    choices: [
      {
        message: {
          tool_calls: [{ id: "p", type: "function", function: { name: "patch", arguments: patch } }],
        },
        finish_reason: "tool_calls",
      },
    ],
  });
  const stream = await postChat(server, { tools, stream: true });
  const pieces = [...stream.text.matchAll(/"arguments":("(?:[^"\\]|\\.)*")/g)].map(([, text = '""']) => {
    const piece: unknown = JSON.parse(text);
    return String(piece);
  });
  expect(pieces.length).toBeGreaterThan(2);
  expect(pieces.join("")).toBe(patch);

  const call = { id: "p", type: "function", function: { name: "patch", arguments: patch } };
  await postChat(server, {
    tools,
    messages: [
      { role: "user", content: "Go." },
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", tool_call_id: "p", content: "ok" },
    ],
  });
  expect(server.requests.at(-1)?.messages[1]?.content).toEqual([
    { type: "tool-call", callId: "p", name: "patch", arguments: whole },
  ]);
});
