import OpenAI from "openai";
import type { RunnableToolFunctionWithParse } from "openai/lib/RunnableFunction";
import { afterEach, expect, test } from "vitest";

import type { TurnEvent } from "../../src/core/words/turn-event.ts";
import { expectChatCompletion } from "../schema/expect-openai.ts";
import { expectChatStream } from "../schema/expect-chat-stream.ts";
import {
  KEY,
  postChat,
  startScriptedServer,
  TURN_END,
  turnStart,
  type ScriptedServer,
  type TurnScript,
} from "./scripted-server.ts";

let server: ScriptedServer;
afterEach(() => server.close());

const WEATHER: OpenAI.ChatCompletionFunctionTool = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather of a city.",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};
const ASK = {
  model: "sonnet",
  messages: [{ role: "user" as const, content: "How is the weather?" }],
  tools: [WEATHER],
};

/** Two calls, the first one's arguments cut inside an emoji's surrogate pair and an escape. */
const CALLS: readonly TurnEvent[] = [
  { type: "text-delta", text: "I look." },
  ...callEvents("call_1", ['{"city":"', "Zü", "rich \\", 'n 🌧"', "}"]),
  ...callEvents("call_2", ["{}"]),
];
const FIRST_ARGUMENTS = '{"city":"Zürich \\n 🌧"}';

function callEvents(callId: string, pieces: readonly string[]): TurnEvent[] {
  return [
    { type: "tool-call-start", callId, name: "get_weather" },
    ...pieces.map((text): TurnEvent => ({ type: "tool-call-delta", callId, text })),
    { type: "tool-call-end", callId, name: "get_weather", arguments: pieces.join("") },
  ];
}

/** Calls tools first; once there are results, answers. */
const CALL_THEN_ANSWER: TurnScript = async function* (request) {
  yield turnStart(request);
  if (request.messages.some((message) => message.role === "tool")) {
    yield { type: "text-delta", text: "It rains." };
    yield TURN_END;
  } else {
    yield* CALLS;
    yield { ...TURN_END, reason: "tool-calls" };
  }
};

async function connect(script: TurnScript): Promise<OpenAI> {
  server = await startScriptedServer(script);
  return new OpenAI({ apiKey: KEY, baseURL: `${server.url}/v1`, maxRetries: 0 });
}

test("calls reach the official client, whole and streamed alike", async () => {
  const client = await connect(CALL_THEN_ANSWER);
  const whole = await client.chat.completions.create(ASK);
  const streamed = await client.chat.completions.stream(ASK).finalChatCompletion();
  for (const completion of [whole, streamed]) {
    expect(completion.choices[0]).toMatchObject({
      finish_reason: "tool_calls",
      message: {
        role: "assistant",
        content: "I look.",
        tool_calls: [
          { id: "call_1", type: "function", function: { name: "get_weather", arguments: FIRST_ARGUMENTS } },
          { id: "call_2", type: "function", function: { name: "get_weather", arguments: "{}" } },
        ],
      },
    });
  }
  expectChatCompletion(whole);
});

test("a stream of calls is valid by OpenAI's types; arguments arrive piece by piece", async () => {
  await connect(CALL_THEN_ANSWER);
  const { text } = await postChat(server, { ...ASK, stream: true, stream_options: { include_usage: true } });
  const { chunks } = expectChatStream(text);
  const calls = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
  expect(calls[0]).toEqual({
    index: 0,
    id: "call_1",
    type: "function",
    function: { name: "get_weather", arguments: "" },
  });
  expect(calls.slice(1, 6).map((call) => call.function?.arguments)).toEqual([
    '{"city":"',
    "Zü",
    "rich \\",
    'n 🌧"',
    "}",
  ]);
  expect(calls.slice(1, 6).every((call) => Object.keys(call).join() === "index,function")).toBe(true);
  expect(calls.map((call) => call.index)).toEqual([0, 0, 0, 0, 0, 0, 1, 1]);
});

test("the official client's own loop runs the tools and comes to an answer", async () => {
  const client = await connect(CALL_THEN_ANSWER);
  const cities: unknown[] = [];
  const tool: RunnableToolFunctionWithParse<{ city?: string }> = {
    type: "function",
    function: {
      name: "get_weather",
      description: "The weather of a city.",
      parameters: { type: "object", properties: { city: { type: "string" } } },
      parse: JSON.parse,
      function: ({ city }) => {
        cities.push(city);
        return "rain";
      },
    },
  };
  const runner = client.chat.completions.runTools({ ...ASK, stream: true, tools: [tool] });
  expect(await runner.finalContent()).toBe("It rains.");
  expect(cities).toEqual(["Zürich \n 🌧", undefined]);
  const results = server.requests[1]?.messages.flatMap((message) =>
    message.role === "tool" ? message.content : [],
  );
  expect(results).toMatchObject([
    { callId: "call_1", content: [{ type: "text", text: "rain" }] },
    { callId: "call_2", content: [{ type: "text", text: "rain" }] },
  ]);
});

test("a client that declares functions gets a function_call", async () => {
  const client = await connect(CALL_THEN_ANSWER);
  const ask = { model: "sonnet", messages: ASK.messages, functions: [WEATHER.function] };
  const whole = await client.chat.completions.create(ask);
  const streamed = await client.chat.completions.stream(ask).finalChatCompletion();
  for (const completion of [whole, streamed]) {
    expect(completion.choices[0]).toMatchObject({
      finish_reason: "function_call",
      message: { function_call: { name: "get_weather", arguments: FIRST_ARGUMENTS } },
    });
    expect(completion.choices[0]?.message.tool_calls).toBeUndefined();
  }
  expectChatCompletion(whole);
});

test("a call opens the stream: what fails after it is told inside", async () => {
  await connect(async function* (request) {
    yield turnStart(request);
    yield { type: "tool-call-start", callId: "call_1", name: "get_weather" };
    yield {
      type: "turn-error",
      error: { kind: "timeout", message: "Late." },
      usage: TURN_END.usage,
      costUsd: 0,
    };
  });
  const { status, text } = await postChat(server, { ...ASK, stream: true });
  expect(status).toBe(200);
  expect(expectChatStream(text).error).toMatchObject({ code: "timeout" });
});

test("the log tells of calls, of arguments that did not fit, and for whom it was asked", async () => {
  await connect(async function* (request) {
    yield turnStart(request);
    yield { type: "notice", code: "retry", message: "again" };
    yield { type: "notice", code: "arguments-invalid", message: "city must be a string" };
    yield* CALLS;
    yield { ...TURN_END, reason: "tool-calls" };
  });
  await postChat(server, { ...ASK, user: "somebody", seed: 1 });
  await expect.poll(() => server.logLines.length).toBe(2);
  const turnId = server.requests[0]?.turnId;
  expect(server.logLines[0]).toMatchObject({
    event: "turn.notice",
    requestId: expect.stringMatching(/^req_/),
    turnId,
    code: "arguments-invalid",
  });
  expect(server.logLines[1]).toMatchObject({
    event: "request.completed",
    turnId,
    toolCallCount: 2,
    ignored: ["seed"],
    endUser: "somebody",
    firstTokenMs: expect.any(Number),
  });
});
