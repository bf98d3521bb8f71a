import { join } from "node:path";

import * as fc from "fast-check";
import OpenAI from "openai";
import type { ResponseStreamEvent } from "openai/resources/responses/responses";
import { expect, test } from "vitest";

import { reply, text, textBlock, thinking } from "../../src/demo/build-reply.ts";
import { Gate } from "../../src/demo/gate.ts";
import { startUpstream } from "../upstream/start-upstream.ts";
import { idOf, parseEvents, pollUntil, respond, takeEvents } from "./respond.ts";
import { serveTurnpike } from "./run-turnpike.ts";
import { API_KEY, makeFolder, startTurnpike } from "./start-turnpike.ts";

const ANSWER = reply({
  blocks: [thinking("Let me count."), textBlock("one two three four five six seven eight", { chunkSize: 3 })],
});

function background(openai: OpenAI, input: string) {
  return openai.responses.create({ model: "sonnet", input, background: true });
}

function backgroundStream(openai: OpenAI, input: string) {
  return openai.responses.create({
    model: "sonnet",
    input,
    background: true,
    stream: true,
    reasoning: { effort: "low", summary: "auto" },
  });
}

async function resume(openai: OpenAI, id: string, after: number | undefined, count = Infinity) {
  const query = { stream: true, ...(after !== undefined && { starting_after: after }) } as const;
  if (count < Infinity) return takeEvents(await openai.responses.retrieve(id, query), count);
  return parseEvents(await (await openai.responses.retrieve(id, query).asResponse()).text());
}

test("a background response is answered at once, polled to its end, and continued", async () => {
  const turnpike = await startTurnpike();
  const gate = new Gate();
  turnpike.upstream.respondWith([text("", { chunks: ["one ", gate, "two"] }), text("three")]);
  const { openai } = turnpike;
  const started = await background(openai, "count");
  expect(started).toMatchObject({ background: true, output: [], usage: null });
  expect(["queued", "in_progress"]).toContain(started.status);
  await gate.reached;
  await pollUntil(openai, started.id, ({ status }) => status === "in_progress");
  await expect(respond(turnpike, "more", { previous_response_id: started.id })).rejects.toMatchObject({
    status: 400,
    param: "previous_response_id",
  });
  await expect(resume(openai, started.id, undefined)).rejects.toMatchObject({ status: 400, param: "stream" });
  gate.release();
  const done = await pollUntil(openai, started.id);
  expect(done).toMatchObject({ status: "completed", output_text: "one two", background: true });
  const next = await respond(turnpike, "more", { previous_response_id: started.id });
  expect(next).toMatchObject({ placement: "hot", text: "three" });
});

test("a background response survives its client and can be cancelled in every state, twice", async () => {
  const turnpike = await startTurnpike({ flags: { "turns.maxTurnsAtOnce": "1", "turns.queue": "1" } });
  const { openai, upstream } = turnpike;
  upstream.respondWith([text("", { chunks: ["one ", { type: "hang" }] }), text("second")]);
  const seen = await takeEvents(await backgroundStream(openai, "count"), 5);
  const running = idOf(seen);
  const waiting = await background(openai, "and again");
  expect(waiting.status).toBe("queued");
  const refused = background(openai, "once more");
  await expect(refused).rejects.toMatchObject({ status: 429, code: "queue_full" });

  const watching = resume(openai, running, undefined);
  const cancelled = await openai.responses.cancel(waiting.id);
  expect(cancelled.status).toBe("cancelled");
  for (let times = 0; times < 2; times++) {
    expect((await openai.responses.cancel(running)).status).toBe("cancelled");
  }
  const events = await watching;
  expect(events.slice(0, 5)).toEqual(seen);
  const end = events.at(-1);
  expect(end && "response" in end && end.response.status).toBe("cancelled");
  expect(await resume(openai, running, undefined)).toEqual(events);
  expect(await openai.responses.retrieve(waiting.id)).toMatchObject({ status: "cancelled", output: [] });

  // The place is free again.
  const third = await pollUntil(openai, (await background(openai, "now")).id);
  expect(third).toMatchObject({ status: "completed", output_text: "second" });
  expect(await openai.responses.cancel(third.id)).toMatchObject({ id: third.id, status: "completed" });
  await expect(openai.responses.cancel("resp_none")).rejects.toMatchObject({ status: 404 });
});

test("a background response that is deleted while it runs is gone", async () => {
  const { openai, upstream } = await startTurnpike();
  upstream.respondWith(text("", { chunks: ["one ", { type: "hang" }] }));
  const events = await takeEvents(await backgroundStream(openai, "count"), 4);
  await openai.responses.delete(idOf(events));
  await expect(openai.responses.retrieve(idOf(events))).rejects.toMatchObject({ status: 404 });
});

test("a stream that was cut at any event is resumed without a gap or a repeat", async () => {
  const upstream = await startUpstream();
  const dataDir = join(await makeFolder(), "data");
  const before = await startTurnpike({ upstream, dataDir });
  upstream.respondWith(ANSWER);
  const whole = await takeEvents(await backgroundStream(before.openai, "count"));
  expect(whole.map((event) => event.sequence_number)).toEqual(whole.map((_, index) => index));
  expect(whole.at(-1)?.type).toBe("response.completed");
  const id = idOf(whole);

  const expectAnyCut = (openai: OpenAI) =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), fc.nat(10), async (cut, more) => {
        const piece = await resume(openai, id, cut, more);
        const last = piece.at(-1)?.sequence_number ?? cut;
        const rest = await resume(openai, id, last);
        expect([...whole.slice(0, cut + 1), ...piece, ...rest]).toEqual(whole);
      }),
      { numRuns: 25 },
    );
  expect(await resume(before.openai, id, undefined)).toEqual(whole);
  await expectAnyCut(before.openai);

  // While it runs, by readers that leave after every few events.
  upstream.respondWith(
    reply({
      blocks: [thinking("Let me count."), textBlock("word ".repeat(40), { chunkSize: 5, delayMs: 5 })],
    }),
  );
  const live = await backgroundStream(before.openai, "count live");
  const begun = await takeEvents(live, 1);
  const readers = [1, 2, 3, 7].map((size) => readInPieces(before.openai, idOf(begun), size));
  const pieces = await Promise.all(readers);
  const liveWhole = await resume(before.openai, idOf(begun), undefined);
  expect(liveWhole.length).toBeGreaterThan(40);
  for (const events of pieces) expect(events).toEqual(liveWhole);

  await before.stop();
  const after = await startTurnpike({ upstream, dataDir });
  expect(await resume(after.openai, id, undefined)).toEqual(whole);
  await expectAnyCut(after.openai);
  const [end] = await resume(after.openai, id, whole.length - 2);
  expect(end).toEqual(whole.at(-1));
  expect(await resume(after.openai, id, whole.length - 1)).toEqual([]);
}, 240_000);

async function readInPieces(openai: OpenAI, id: string, size: number): Promise<ResponseStreamEvent[]> {
  const events: ResponseStreamEvent[] = [];
  for (;;) {
    const piece = await resume(openai, id, events.at(-1)?.sequence_number, size);
    events.push(...piece);
    if (piece.some(({ type }) => type === "response.completed")) return events;
  }
}

test("what runs when the server stops is failed, with its events", async () => {
  const upstream = await startUpstream();
  const dataDir = join(await makeFolder(), "data");
  const flags = { "server.drain": "0ms", "turns.maxTurnsAtOnce": "1" };
  const before = await startTurnpike({ upstream, dataDir, flags });
  upstream.respondWith(text("", { chunks: ["one ", { type: "hang" }] }));
  const seen = await takeEvents(await backgroundStream(before.openai, "count"), 5);
  const waiting = await background(before.openai, "and again");
  await before.stop();

  const { openai } = await startTurnpike({ upstream, dataDir });
  const failed = await openai.responses.retrieve(idOf(seen));
  expect(failed).toMatchObject({ status: "failed", error: { code: "server_error" } });
  const events = await resume(openai, idOf(seen), undefined);
  expect(events.slice(0, seen.length)).toEqual(seen);
  expect(events.at(-1)).toMatchObject({ type: "response.failed", response: { id: failed.id } });
  expect(await openai.responses.retrieve(waiting.id)).toMatchObject({ status: "failed" });
  expect(await openai.responses.cancel(failed.id)).toMatchObject({ status: "failed" });
});

test("what ran when the server died is failed, and its stream ends for whoever resumes it", async () => {
  const upstream = await startUpstream();
  const folder = await makeFolder();
  const options = { folder, upstream, environment: { TURNPIKE_DATA_DIR: join(folder, "data") } };
  const before = await serveTurnpike(options);
  upstream.respondWith(text("", { chunks: ["one ", { type: "hang" }] }));
  const seen = await takeEvents(await backgroundStream(openaiFor(before.url), "count"), 5);
  const polled = await background(openaiFor(before.url), "and again");
  before.kill("SIGKILL");
  await before.finished;

  const openai = openaiFor((await serveTurnpike(options)).url);
  const message = "The server was restarted while this response was running.";
  for (const id of [idOf(seen), polled.id]) {
    expect(await openai.responses.retrieve(id)).toMatchObject({
      status: "failed",
      error: { code: "server_error", message },
    });
  }
  const events = await resume(openai, idOf(seen), seen.length - 1);
  expect(events).toMatchObject([{ type: "response.failed", sequence_number: seen.length }]);
}, 240_000);

function openaiFor(url: string): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: API_KEY, maxRetries: 0 });
}
