import { type Anthropic, APIUserAbortError, BadRequestError, NotFoundError } from "@anthropic-ai/sdk";
import { betaZodTool } from "@anthropic-ai/sdk/helpers/beta/zod";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";

import type { TurnEvent } from "../../src/core/words/turn-event.ts";
import type { TurnRequest } from "../../src/core/words/turn-request.ts";
import { delay } from "../../src/lib/time.ts";
import { ASK, readSse, startMessagesBed, type MessagesBed } from "./messages-bed.ts";
import { say, TURN_END, turnStart, type TurnScript } from "./scripted-server.ts";

let bed: MessagesBed;
afterEach(() => bed.server.close());

async function connect(script: TurnScript, options = {}): Promise<Anthropic> {
  bed = await startMessagesBed(script, options);
  return bed.client;
}

/** A turn of these events. */
function perform(...events: readonly TurnEvent[]): TurnScript {
  return async function* (request) {
    yield turnStart(request);
    yield* events;
  };
}

function callEvents(callId: string, name: string, pieces: readonly string[]): readonly TurnEvent[] {
  return [
    { type: "tool-call-start", callId, name },
    ...pieces.map((text) => ({ type: "tool-call-delta", callId, text }) as const),
    { type: "tool-call-end", callId, name, arguments: pieces.join("") },
  ];
}

/** Not in the client's types any more, but the API takes it from models that know it. */
const OLDER_FIELDS = { temperature: 0.2 };

const TOOL_USE_END: TurnEvent = { ...TURN_END, reason: "tool-calls" };

/** Thinking, text, two calls, one of them without pieces. */
const FULL_TURN: readonly TurnEvent[] = [
  { type: "reasoning-delta", text: "Let me " },
  { type: "reasoning-delta", text: "think." },
  { type: "reasoning-end", signature: "c2ln", model: "claude" },
  { type: "reasoning-redacted", data: "c2VhbGVk", model: "claude" },
  { type: "text-delta", text: "I look " },
  { type: "activity-start", activityId: "a", name: "Read", input: {} },
  { type: "activity-end", activityId: "a", isError: false, output: "" },
  { type: "text-delta", text: "it up. 🧭" },
  ...callEvents("toolu_1", "get_weather", ['{"city":', '"Ulm","days"', ":[1,2]}"]),
  { type: "tool-call-start", callId: "toolu_2", name: "get_time" },
  { type: "tool-call-end", callId: "toolu_2", name: "get_time", arguments: "{}" },
  TOOL_USE_END,
];
const FULL_CONTENT = [
  { type: "thinking", thinking: "Let me think.", signature: "c2ln" },
  { type: "redacted_thinking", data: "c2VhbGVk" },
  { type: "text", text: "I look it up. 🧭", citations: null },
  {
    type: "tool_use",
    id: "toolu_1",
    name: "get_weather",
    input: { city: "Ulm", days: [1, 2] },
    caller: { type: "direct" },
  },
  { type: "tool_use", id: "toolu_2", name: "get_time", input: {}, caller: { type: "direct" } },
];
const USAGE = {
  input_tokens: 10,
  cache_creation_input_tokens: 5,
  cache_creation: { ephemeral_5m_input_tokens: 5, ephemeral_1h_input_tokens: 0 },
  cache_read_input_tokens: 20,
  output_tokens: 7,
  output_tokens_details: { thinking_tokens: 3 },
  server_tool_use: null,
};

test("a whole answer reaches the official client", async () => {
  const client = await connect(say("Hello ", "world"));
  const { data, response, request_id } = await client.messages.create(ASK).withResponse();

  expect(data).toEqual({
    id: expect.stringMatching(/^msg_[0-9a-f]{24}$/),
    type: "message",
    role: "assistant",
    model: "sonnet",
    content: [{ type: "text", text: "Hello world", citations: null }],
    container: null,
    diagnostics: null,
    stop_reason: "end_turn",
    stop_sequence: null,
    stop_details: null,
    usage: { ...USAGE, inference_geo: null, service_tier: "standard", speed: null },
  });
  expect(request_id).toMatch(/^req_[0-9a-f]{24}$/);
  expect(response.headers.get("x-request-id")).toBe(request_id);
  expect(response.headers.get("x-conversation-id")).toBe("conv_scripted");
  expect(response.headers.get("x-turnpike-placement")).toBe("hot");
});

test("thinking, text and tool calls come as blocks, in their order", async () => {
  const client = await connect(perform(...FULL_TURN));
  const message = await client.messages.create({ ...ASK, thinking: { type: "adaptive" } });
  expect(message.content).toEqual(FULL_CONTENT);
  expect(message.stop_reason).toBe("tool_use");
});

test("a stream adds up to the same message", async () => {
  const client = await connect(perform(...FULL_TURN));
  const stream = client.messages.stream({ ...ASK, thinking: { type: "adaptive" } });
  const seen: string[] = [];
  stream.on("text", (text) => seen.push(text));
  stream.on("thinking", (text) => seen.push(text));
  stream.on("inputJson", (piece) => seen.push(piece));
  const counts: unknown[] = [];
  stream.on("streamEvent", (event) => event.type === "message_delta" && counts.push(event.usage));
  const message = await stream.finalMessage();

  expect(JSON.parse(JSON.stringify(message.content))).toEqual(FULL_CONTENT);
  // The client adds up only what it knows of a message's end.
  const usage = { ...USAGE, cache_creation: null };
  expect(message).toMatchObject({ stop_reason: "tool_use", usage, model: "sonnet" });
  expect(counts).toEqual([USAGE]);
  expect(seen).toEqual([
    "Let me ",
    "think.",
    "I look ",
    "it up. 🧭",
    '{"city":',
    '"Ulm","days"',
    ":[1,2]}",
    "{}",
  ]);
});

test("each event of a stream is named and in its place", async () => {
  await connect(perform(...FULL_TURN));
  const { text, headers, status } = await bed.post({ stream: true, thinking: { type: "adaptive" } });
  expect(status).toBe(200);
  expect(headers["content-type"]).toBe("text/event-stream; charset=utf-8");
  expect(headers["request-id"]).toMatch(/^req_/);

  const events = readSse(text);
  for (const { event, data } of events) expect(data).toHaveProperty("type", event);
  expect(events.map(({ event }) => event).join(" ")).toBe(
    [
      "message_start ping",
      "content_block_start content_block_delta content_block_delta content_block_delta content_block_stop",
      "content_block_start content_block_stop",
      "content_block_start content_block_delta content_block_delta content_block_stop",
      "content_block_start content_block_delta content_block_delta content_block_delta content_block_stop",
      "content_block_start content_block_delta content_block_stop",
      "message_delta message_stop",
    ].join(" "),
  );
  expect(events[0]?.data).toMatchObject({
    message: {
      content: [],
      stop_reason: null,
      usage: { input_tokens: expect.any(Number), output_tokens: 0 },
    },
  });
  expect(events.at(-2)?.data).toEqual({
    type: "message_delta",
    delta: { stop_reason: "tool_use", stop_sequence: null, stop_details: null, container: null },
    usage: USAGE,
  });
});

test("thinking that was not asked for is not shown, and sealed thinking has no text", async () => {
  const client = await connect(perform(...FULL_TURN));
  const plain = await client.messages.create(ASK);
  expect(plain.content).toEqual(FULL_CONTENT.slice(2));
  const thinking = { type: "adaptive", display: "omitted" } as const;
  const sealed = await client.messages.stream({ ...ASK, thinking }).finalMessage();
  expect(sealed.content.slice(0, 2)).toEqual([
    { type: "thinking", thinking: "", signature: "c2ln" },
    { type: "redacted_thinking", data: "c2VhbGVk" },
  ]);
});

test.each([
  [{ ...TURN_END, reason: "length" }, "max_tokens", null],
  [{ ...TURN_END, reason: "stop-sequence", stopSequence: "END" }, "stop_sequence", "END"],
] as const)("why Claude stopped: %j", async (end, reason, sequence) => {
  const client = await connect(perform({ type: "text-delta", text: "Well" }, end));
  const expected = { stop_reason: reason, stop_sequence: sequence };
  expect(await client.messages.create(ASK)).toMatchObject(expected);
  expect(await client.messages.stream(ASK).finalMessage()).toMatchObject(expected);
});

test("an answer without a word is a message without content", async () => {
  const client = await connect(perform(TURN_END));
  expect((await client.messages.create(ASK)).content).toEqual([]);
  expect((await client.messages.stream(ASK).finalMessage()).content).toEqual([]);
});

test("a call that the limit has cut is left out of a whole answer", async () => {
  const client = await connect(
    perform(
      { type: "text-delta", text: "I call" },
      { type: "tool-call-start", callId: "a", name: "x" },
      { type: "tool-call-delta", callId: "a", text: '{"city":"Ul' },
      { ...TURN_END, reason: "length" },
    ),
  );
  const message = await client.messages.create(ASK);
  expect(message).toMatchObject({ content: [{ type: "text" }], stop_reason: "max_tokens" });
  const streamed = await client.messages.stream(ASK).finalMessage();
  expect(streamed).toMatchObject({ stop_reason: "max_tokens" });
});

test("what the client asked for reaches the turn", async () => {
  const client = await connect(say("ok"));
  const { response } = await client.messages
    .create(
      {
        model: "sonnet:my-notes",
        max_tokens: 50,
        system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } }],
        messages: [{ role: "user", content: "/clear" }],
        stop_sequences: ["END"],
        ...OLDER_FIELDS,
        tools: [{ name: "get_weather", input_schema: { type: "object" } }],
        tool_choice: { type: "any", disable_parallel_tool_use: true },
        metadata: { user_id: "somebody" },
        service_tier: "auto",
      },
      { headers: { "X-Turnpike-Timeout": "2.5" } },
    )
    .withResponse();

  expect(bed.server.requests).toMatchObject([
    {
      protocol: "messages",
      target: { modelId: "sonnet" },
      conversationName: "my-notes",
      systemText: "Be brief.",
      messages: [{ role: "user", content: [{ type: "text", text: "/clear" }] }],
      sampling: { maxOutputTokens: 50, stopSequences: ["END"], temperature: 0.2 },
      endUserId: "somebody",
      tools: { list: [{ name: "get_weather" }], choice: { type: "required" }, isParallel: false },
      timeoutMs: 2500,
    },
  ]);
  expect(response.headers.get("x-conversation-id")).toBe("my-notes");
  expect(response.headers.get("x-turnpike-ignored")).toBe("service_tier,tool_choice,temperature");
});

test("a conversation is named by the header too, and then goes on with results alone", async () => {
  const client = await connect(say("ok"));
  const messages: Anthropic.MessageParam[] = [
    { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content: "rain" }] },
  ];
  await client.messages.create({ ...ASK, messages }, { headers: { "X-Conversation-ID": "trip" } });
  expect(bed.server.requests).toMatchObject([{ conversationName: "trip", messages: [{ role: "tool" }] }]);
  await expect(client.messages.create({ ...ASK, messages })).rejects.toThrow(BadRequestError);
  const twice = { headers: { "X-Conversation-ID": "other" } };
  await expect(client.messages.create({ ...ASK, model: "sonnet:trip" }, twice)).rejects.toThrow(
    BadRequestError,
  );
  expect(bed.server.requests).toHaveLength(1);
});

test("the tool runner goes through several rounds, without the threads that it tries first", async () => {
  const rounds: TurnScript[] = [
    perform(
      { type: "text-delta", text: "First." },
      ...callEvents("toolu_1", "add", ['{"a":1,"b":2}']),
      TOOL_USE_END,
    ),
    perform(
      ...callEvents("toolu_2", "add", ['{"a":3,', '"b":3}']),
      ...callEvents("toolu_3", "add", ['{"a":0,"b":0}']),
      TOOL_USE_END,
    ),
    say("It is 6."),
  ];
  const script: TurnScript = (request: TurnRequest, signal) => {
    const next = rounds.shift() ?? say("no more");
    return next(request, signal);
  };
  const client = await connect(script);
  const sums: number[] = [];
  const add = betaZodTool({
    name: "add",
    description: "Adds.",
    inputSchema: z.object({ a: z.number(), b: z.number() }),
    run: ({ a, b }) => {
      sums.push(a + b);
      return String(a + b);
    },
  });
  const last = await client.beta.messages.toolRunner({ ...ASK, tools: [add] });

  expect(last.content).toMatchObject([{ type: "text", text: "It is 6." }]);
  expect(sums).toEqual([3, 6, 0]);
  const [, , third] = bed.server.requests;
  expect(third?.messages.map(({ role }) => role)).toEqual([
    "user",
    "assistant",
    "tool",
    "assistant",
    "tool",
    "tool",
  ]);
  expect(third?.messages.at(-1)?.content).toEqual([
    { type: "tool-result", callId: "toolu_3", content: [{ type: "text", text: "0" }] },
  ]);
});

test("silence is filled with pings", async () => {
  const client = await connect(
    async function* (request, signal) {
      await delay(120, signal);
      yield turnStart(request);
      await delay(120, signal);
      yield { type: "text-delta", text: "at last" };
      yield TURN_END;
    },
    { keepAliveMs: 30 },
  );
  const { text } = await bed.post({ stream: true });
  const events = readSse(text);
  expect(events[0]?.event).toBe("ping");
  expect(events.filter(({ event }) => event === "ping").length).toBeGreaterThan(3);
  expect(events.filter(({ event }) => event === "message_start")).toHaveLength(1);
  const message = await client.messages.stream(ASK).finalMessage();
  expect(message.content).toMatchObject([{ text: "at last" }]);
});

test("a client that leaves cancels the turn", async () => {
  const client = await connect(async function* (request, signal) {
    yield turnStart(request);
    yield { type: "text-delta", text: "on and on" };
    await delay(10_000, signal);
    yield TURN_END;
  });
  const stream = client.messages.stream(ASK);
  stream.on("text", () => stream.abort());
  await expect(stream.finalMessage()).rejects.toThrow(APIUserAbortError);
  await expect.poll(() => bed.server.signals[0]?.aborted).toBe(true);
});

test("tokens of a prompt are counted without a turn", async () => {
  const client = await connect(say("never"));
  const { max_tokens: _, ...prompt } = ASK;
  const small = await client.messages.countTokens(prompt);
  expect(small.input_tokens).toBeGreaterThan(0);
  const large = await client.messages.countTokens({
    ...prompt,
    system: "word ".repeat(1000),
    tools: [{ name: "get_weather", description: "Tells it.", input_schema: { type: "object" } }],
  });
  expect(large.input_tokens).toBeGreaterThan(small.input_tokens + 1000);
  await expect(client.messages.countTokens({ ...prompt, messages: [] })).rejects.toThrow(BadRequestError);
  await expect(client.messages.countTokens({ ...prompt, model: "nobody" })).rejects.toThrow(NotFoundError);
  expect(bed.server.requests).toEqual([]);
});
