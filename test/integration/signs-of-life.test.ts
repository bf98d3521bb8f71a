import type OpenAI from "openai";
import type { ResponseStreamEvent } from "openai/resources/responses/responses";
import { expect, test } from "vitest";

import { text } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { openResponseSocket } from "../clients/responses/response-socket.ts";
import { expectChatStream } from "../schema/expect-chat-stream.ts";
import { expectResponseStream } from "../schema/expect-response.ts";
import { user } from "./ask.ts";
import { idOf, parseEvents } from "./respond.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { startEachTestAfresh } from "./start-each-test-afresh.ts";

const shared = shareTurnpike({ flags: { "server.keepAlive": "40ms" } });
startEachTestAfresh(shared);

const SIGN = "response.in_progress";

/** The model says the first word, and the second when it is let go on. */
function heldAnswer(): Gate {
  const gate = new Gate();
  shared().upstream.respondWith(text("", { chunks: ["one ", gate, "two"] }));
  return gate;
}

/** The model says nothing at all until it is let go on. */
function silentAnswer(): Gate {
  const gate = new Gate();
  shared().upstream.respondWith(text("", { chunks: [gate, "one two"] }));
  return gate;
}

/** How often it was said again that the response is in progress. */
function signsAfterTheFirst(events: readonly { readonly type: string }[]): number {
  return events.filter(({ type }) => type === SIGN).length - 1;
}

/** Lets the model go on when `count` signs of life have come. */
function releaseAfter(gate: Gate, count: number): (event: { readonly type?: unknown }) => void {
  let seen = 0;
  return ({ type }) => {
    if (type === SIGN && (seen += 1) > count) gate.release();
  };
}

async function storedEvents(id: string, after?: number): Promise<ResponseStreamEvent[]> {
  const from = after === undefined ? "" : `&starting_after=${after}`;
  const answer = await shared().fetch(`/v1/responses/${id}?stream=true${from}`);
  return parseEvents(await answer.text());
}

test.each([
  ["that has begun", heldAnswer],
  ["that has said nothing yet", silentAnswer],
])("while a response %s is silent its stream has events, which its replay has too", async (_, hold) => {
  const gate = hold();
  const stream = await shared().openai.responses.create({ model: "sonnet", input: "count", stream: true });
  const noteSign = releaseAfter(gate, 3);
  const events: ResponseStreamEvent[] = [];
  for await (const event of stream) {
    events.push(event);
    noteSign(event);
  }
  const { response } = expectResponseStream(events);
  expect(response).toMatchObject({ status: "completed", output: [{ content: [{ text: "one two" }] }] });
  expect(signsAfterTheFirst(events)).toBeGreaterThanOrEqual(3);
  expect(await storedEvents(response.id)).toEqual(events);
  for (const { sequence_number: after } of events) {
    expect(await storedEvents(response.id, after)).toEqual(events.slice(after + 1));
  }
});

test("a background stream that is cut in a silence is resumed without a gap or a repeat, whoever else reads it", async () => {
  const gate = heldAnswer();
  const { openai } = shared();
  const asked = { model: "sonnet", input: "count", stream: true, background: true } as const;
  const uncut: ResponseStreamEvent[] = [];
  const noteSign = releaseAfter(gate, 6);
  const begun = Promise.withResolvers<string>();
  const reading = (async () => {
    for await (const event of await openai.responses.create(asked)) {
      uncut.push(event);
      if (signsAfterTheFirst(uncut) === 2) begun.resolve(idOf(uncut));
      noteSign(event);
    }
  })();
  const id = await begun.promise;
  const cut: ResponseStreamEvent[] = [];
  for await (const event of await openai.responses.retrieve(id, { stream: true })) {
    cut.push(event);
    if (signsAfterTheFirst(cut) === 4) break;
  }
  const rest = await storedEvents(id, cut.at(-1)?.sequence_number);
  await reading;
  expectResponseStream(uncut);
  expect([...cut, ...rest]).toEqual(uncut);
  expect(await storedEvents(id)).toEqual(uncut);
});

test("over a WebSocket it has events, too", async () => {
  const gate = heldAnswer();
  const socket = await openResponseSocket(shared());
  socket.send({ input: "count", store: false });
  const events = await socket.readTurn(releaseAfter(gate, 3));
  expectResponseStream(events);
  expect(events.filter(({ type }) => type === SIGN).length).toBeGreaterThan(3);
});

test("the official client's helper for responses takes them", async () => {
  const gate = heldAnswer();
  const stream = shared().openai.responses.stream({ model: "sonnet", input: "count" });
  const noteSign = releaseAfter(gate, 3);
  const seen: string[] = [];
  stream.on("event", (event) => {
    seen.push(event.type);
    noteSign(event);
  });
  expect(await stream.finalResponse()).toMatchObject({ status: "completed", output_text: "one two" });
  expect(seen.filter((type) => type === SIGN).length).toBeGreaterThan(3);
});

const CHAT = { model: "sonnet", messages: [user("count")] };

/** Empty but for what every chunk has. */
function isSign(chunk: OpenAI.ChatCompletionChunk): boolean {
  const [choice] = chunk.choices;
  return choice?.finish_reason === null && Object.keys(choice.delta).length === 0;
}

test.each([
  ["that has begun", heldAnswer],
  ["that has said nothing yet", silentAnswer],
])("while a chat %s is silent its stream has chunks that say nothing", async (_, hold) => {
  const gate = hold();
  const answer = await shared().post({ ...CHAT, stream: true, stream_options: { include_usage: true } });
  let raw = "";
  for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    raw += piece;
    if (raw.split('"delta":{},').length > 3) gate.release();
  }
  expect(raw).not.toContain("keep-alive");
  const { chunks } = expectChatStream(raw);
  expect(chunks.filter(isSign).length).toBeGreaterThanOrEqual(3);
  expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toBe("one two");
});

test("the official client's helper for chats takes them", async () => {
  const gate = heldAnswer();
  const stream = shared().openai.chat.completions.stream(CHAT);
  let signs = 0;
  stream.on("chunk", (chunk) => {
    signs += isSign(chunk) ? 1 : 0;
    if (signs === 3) gate.release();
  });
  const { choices } = await stream.finalChatCompletion();
  expect(choices).toMatchObject([{ message: { content: "one two" }, finish_reason: "stop" }]);
  expect(signs).toBeGreaterThanOrEqual(3);
});
