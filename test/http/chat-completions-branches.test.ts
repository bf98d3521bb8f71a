import OpenAI from "openai";
import { afterEach, expect, test } from "vitest";

import type { ConversationDetails } from "../../src/core/ports/conversation-directory.ts";
import type { TurnRequest } from "../../src/core/words/turn-request.ts";
import { abortable } from "../../src/lib/abortable.ts";
import { delay } from "../../src/lib/time.ts";
import { expectChatCompletion } from "../schema/expect-openai.ts";
import { expectChatStream } from "../schema/expect-chat-stream.ts";
import {
  CHAT_PATH,
  chatBody,
  JSON_HEADERS,
  KEY,
  postChat,
  say,
  startScriptedServer,
  TURN_END,
  turnStart,
  type ScriptedServer,
  type TurnScript,
} from "./scripted-server.ts";
import { expectWithin } from "../machine-speed.ts";

let server: ScriptedServer;
afterEach(() => server.close());

/** A script that knows which branch it plays. */
type BranchScript = (branch: number, request: TurnRequest, signal: AbortSignal) => ReturnType<TurnScript>;

async function serve(script: BranchScript, given: Parameters<typeof startScriptedServer>[1] = {}) {
  server = await startScriptedServer(
    (request, signal) => script(server.requests.indexOf(request), request, signal),
    given,
  );
  return new OpenAI({ apiKey: KEY, baseURL: `${server.url}/v1`, maxRetries: 0 });
}

/** Waits for its abort, then ends as a cancelled turn does. */
async function* hang(ended: number[], branch: number, request: TurnRequest, signal: AbortSignal) {
  try {
    yield turnStart(request);
    await delay(60_000, signal).catch(() => {});
    yield {
      type: "turn-error" as const,
      error: { kind: "cancelled" as const, message: "Cancelled." },
      usage: TURN_END.usage,
      costUsd: 0,
    };
  } finally {
    ended.push(branch);
  }
}

/** Three answers at once, each waiting for the one before at every step, the last one first. */
function interleaved(): BranchScript {
  const steps = Array.from({ length: 9 }, () => Promise.withResolvers<void>());
  steps[0]?.resolve();
  return async function* (branch, request) {
    yield turnStart(request);
    for (let round = 0; round < 3; round += 1) {
      const step = round * 3 + (2 - branch);
      await steps[step]?.promise;
      yield { type: "text-delta", text: `${branch}${round} ` };
      steps[step + 1]?.resolve();
    }
    yield { ...TURN_END, reason: branch === 1 ? "length" : "end" };
  };
}

test("n answers come in one body, in order, with one usage", async () => {
  const client = await serve(interleaved());
  const completion = await client.chat.completions.create({
    model: "sonnet",
    messages: [{ role: "user", content: "hello" }],
    n: 3,
  });
  expectChatCompletion(completion);
  expect(
    completion.choices.map(({ index, message, finish_reason }) => [index, message.content, finish_reason]),
  ).toEqual([
    [0, "00 01 02 ", "stop"],
    [1, "10 11 12 ", "length"],
    [2, "20 21 22 ", "stop"],
  ]);
  expect(completion.usage).toMatchObject({ prompt_tokens: 105, completion_tokens: 21, total_tokens: 126 });
  expect(new Set(server.requests.map((request) => request.turnId)).size).toBe(3);
  expect(completion.id).toBe(`chatcmpl-${server.requests[0]?.turnId.slice("turn_".length)}`);
});

test("n streams run side by side in one, each chunk with its index", async () => {
  const client = await serve(interleaved());
  const { text } = await postChat(server, { n: 3, stream: true, stream_options: { include_usage: true } });
  const { chunks } = expectChatStream(text);
  const told = chunks.flatMap((chunk) => chunk.choices).filter((choice) => choice.delta.content);
  expect(told.map(({ index, delta }) => [index, delta.content])).toEqual(
    [0, 1, 2].flatMap((round) => [2, 1, 0].map((branch) => [branch, `${branch}${round} `])),
  );
  expect(chunks.filter((chunk) => chunk.usage)).toHaveLength(1);
  expect(chunks.at(-1)?.usage).toMatchObject({ total_tokens: 126 });

  server.requests.length = 0;
  const stream = client.chat.completions.stream({
    model: "sonnet",
    messages: [{ role: "user", content: "hello" }],
    n: 3,
  });
  const { choices } = await stream.finalChatCompletion();
  expect(choices.map(({ message }) => message.content)).toEqual(["00 01 02 ", "10 11 12 ", "20 21 22 "]);
});

test("only the first branch has the conversation's name, and the answer tells its own", async () => {
  await serve((_, request, signal) => say("ok")(request, signal));
  const { headers } = await postChat(server, { n: 3 }, { "x-conversation-id": "mine" });
  expect(server.requests.map((request) => request.conversationName)).toEqual(["mine", undefined, undefined]);
  expect(headers["x-conversation-id"]).toBe("mine");
  await expect
    .poll(() => server.logLines.at(-1))
    .toMatchObject({
      turnId: server.requests[0]?.turnId,
      usage: { inputTokens: 30, outputTokens: 21 },
    });
});

test("a conversation that is known by name alone has one answer", async () => {
  // Proof for the cast: only its turns are looked at.
  const known = { turns: [{}] } as unknown as ConversationDetails;
  await serve((_, request, signal) => say("ok")(request, signal), {
    conversations: { list: async () => [], find: async () => known, remove: async () => false },
  });
  const named = { "x-conversation-id": "mine" };
  expect(await postChat(server, { n: 2 }, named)).toMatchObject({
    status: 400,
    json: { error: { param: "n", code: "unsupported_value" } },
  });
  expect(server.requests).toEqual([]);
  expect(await postChat(server, { n: 1 }, named)).toMatchObject({ status: 200 });
  const messages = [
    { role: "user", content: "one" },
    { role: "assistant", content: "two" },
    { role: "user", content: "three" },
  ];
  expect(await postChat(server, { n: 2, messages }, named)).toMatchObject({ status: 200 });
});

test.each([false, true])(
  "one branch that fails early fails all with its status, stream: %s",
  async (stream) => {
    const ended: number[] = [];
    await serve(async function* (branch, request, signal) {
      if (branch !== 1) return yield* hang(ended, branch, request, signal);
      yield turnStart(request);
      yield {
        type: "turn-error",
        error: { kind: "upstream-overloaded", message: "Overloaded." },
        usage: TURN_END.usage,
        costUsd: 0,
      };
    });
    const answer = await postChat(server, { n: 3, stream });
    expect(answer).toMatchObject({ status: 503, json: { error: { code: "overloaded" } } });
    expect(ended.sort()).toEqual([0, 2]);
    expect(server.signals.map((signal) => signal.aborted)).toEqual([true, true, true]);
    await expect.poll(() => server.logLines.at(-2)).toMatchObject({ errorKind: "upstream-overloaded" });
  },
);

test("the first branch is told in the headers, whichever speaks first", async () => {
  const { promise: hasSpoken, resolve: speak } = Promise.withResolvers<void>();
  await serve(async function* (branch, request, signal) {
    if (branch === 0) await abortable(hasSpoken, signal);
    yield* say("ok")(request, signal);
    speak();
  });
  const { headers, text } = await postChat(server, { n: 2, stream: true }, { "x-conversation-id": "mine" });
  expect(headers).toMatchObject({ "x-conversation-id": "mine", "x-turnpike-placement": "hot" });
  expectChatStream(text);
});

test("one branch that fails in mid-stream ends the stream with its error", async () => {
  const ended: number[] = [];
  const { promise: isSaid, resolve: said } = Promise.withResolvers<void>();
  await serve(async function* (branch, request, signal) {
    if (branch === 0) {
      yield turnStart(request);
      yield { type: "text-delta", text: "half" };
      said();
      return yield* hang(ended, branch, request, signal);
    }
    await abortable(isSaid, signal);
    yield {
      type: "turn-error",
      error: { kind: "timeout", message: "Late." },
      usage: TURN_END.usage,
      costUsd: 0,
    };
  });
  const { status, text } = await postChat(server, {
    n: 2,
    stream: true,
    stream_options: { include_usage: true },
  });
  expect(status).toBe(200);
  expect(expectChatStream(text)).toMatchObject({ error: { code: "timeout" } });
  expect(ended).toEqual([0]);
});

test("a reader that stalls stops every branch", async () => {
  const text = "x".repeat(16_384);
  const produced = [0, 0, 0];
  const ended: number[] = [];
  await serve(async function* (branch, request) {
    try {
      yield turnStart(request);
      for (let index = 0; index < 20_000; index += 1) {
        produced[branch] = index;
        yield { type: "text-delta", text };
      }
    } finally {
      ended.push(branch);
    }
  });
  const leave = new AbortController();
  const answer = await fetch(`${server.url}${CHAT_PATH}`, {
    method: "POST",
    headers: JSON_HEADERS,
    body: chatBody({ stream: true, n: 3 }),
    signal: leave.signal,
  });
  expect(answer.status).toBe(200);
  let last = -1;
  const total = () => produced.reduce((sum, count) => sum + count, 0);
  while (last !== total() || last === 0) {
    last = total();
    await delay(100);
  }
  // The kernel's own socket buffers take a few megabytes on loopback; 900 MB are to be told.
  expect(last * text.length).toBeLessThan(32 * 1024 * 1024);
  expect(Math.max(...produced) - Math.min(...produced)).toBeLessThan(3);
  leave.abort();
  await expect.poll(() => ended.sort()).toEqual([0, 1, 2]);
});

test.each([false, true])("a client that leaves cancels every branch, stream: %s", async (stream) => {
  const ended: number[] = [];
  const client = await serve((branch, request, signal) => hang(ended, branch, request, signal));
  const leave = new AbortController();
  const asking = client.chat.completions
    .create(
      { model: "sonnet", messages: [{ role: "user", content: "hello" }], n: 4, stream },
      { signal: leave.signal },
    )
    .catch((error: unknown) => error);
  await expect.poll(() => server.requests.length).toBe(4);
  const leftAt = performance.now();
  leave.abort();
  await asking;
  await expect.poll(() => server.signals.every((signal) => signal.aborted), { interval: 5 }).toBe(true);
  expectWithin(performance.now() - leftAt, 100);
  await expect.poll(() => ended.sort()).toEqual([0, 1, 2, 3]);
});
