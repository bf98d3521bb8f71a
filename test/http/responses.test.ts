import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { ErrorKind } from "../../src/core/words/app-error.ts";
import type { ResponseStore } from "../../src/core/ports/response-store.ts";
import type { TurnError } from "../../src/core/words/turn-event.ts";
import { NO_USAGE } from "../../src/core/words/usage.ts";
import { delay } from "../../src/lib/time.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { expectErrorBody } from "../schema/expect-openai.ts";
import { expectResponse, expectResponseEvent } from "../schema/expect-response.ts";
import {
  JSON_HEADERS,
  KEY,
  NO_RESPONSES,
  say,
  sendRaw,
  startScriptedServer,
  turnStart,
  type RawAnswer,
  type ScriptedServer,
  type TurnScript,
} from "./scripted-server.ts";

const PATH = "/v1/responses";

let store: Store;
let server: ScriptedServer;
let client: OpenAI;

async function start(script: TurnScript = say("hel", "lo"), responses?: ResponseStore): Promise<void> {
  server = await startScriptedServer(script, { responses: responses ?? store.responses });
  client = new OpenAI({ apiKey: KEY, baseURL: `${server.url}/v1`, maxRetries: 0 });
}

function post(body: object = {}, path = PATH): Promise<RawAnswer> {
  return sendRaw(server, {
    method: "POST",
    path,
    headers: JSON_HEADERS,
    body: JSON.stringify({ model: "sonnet", input: "hello", ...body }),
  });
}

function get(path: string): Promise<RawAnswer> {
  return sendRaw(server, { method: "GET", path: `${PATH}/${path}`, headers: JSON_HEADERS });
}

function fail(kind: ErrorKind): TurnError {
  return { type: "turn-error", error: { kind, message: "It failed." }, usage: NO_USAGE, costUsd: 0 };
}

/** Says something, then fails. */
function sayAndFail(kind: ErrorKind): TurnScript {
  return async function* (request) {
    yield turnStart(request);
    yield { type: "text-delta", text: "hello" };
    yield fail(kind);
  };
}

/** Goes on until it is cancelled. */
const endless: TurnScript = async function* (request, signal) {
  yield turnStart(request);
  yield { type: "text-delta", text: "hello" };
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  yield fail("cancelled");
};

function eventsOf(answer: RawAnswer): Record<string, unknown>[] {
  return answer.text
    .split("\n\n")
    .flatMap((event) => /^event: (.+)\ndata: (.+)$/.exec(event)?.[2] ?? [])
    .map((data) => JSON.parse(data) as Record<string, unknown>);
}

beforeEach(async () => {
  store = await openStore({
    location: { type: "sqlite", file: ":memory:" },
    retention: { content: "keep" },
  });
});
afterEach(async () => {
  await server.close();
  await store.close();
});

describe("a response", () => {
  test("is answered whole, in OpenAI's shape, with the headers of a turn", async () => {
    await start();
    const answer = await post({ service_tier: "flex" });
    expect(answer.status).toBe(200);
    expect(expectResponse(answer.json)).toMatchObject({ status: "completed" });
    expect(answer.headers).toMatchObject({
      "x-turnpike-placement": "hot",
      "x-conversation-id": "conv_scripted",
    });
    expect(server.requests[0]).toMatchObject({ protocol: "responses", systemText: "" });
  });

  test("is streamed in OpenAI's framing, and ends without a [DONE]", async () => {
    await start();
    const answer = await post({ stream: true });
    expect(answer.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
    const pieces = answer.text.split("\n\n");
    expect(pieces.pop()).toBe("");
    for (const piece of pieces) expect(piece).toMatch(/^event: ([a-z._]+)\ndata: \{"type":"\1",/);
    const events = eventsOf(answer);
    for (const event of events) expectResponseEvent(event);
    expect(events.map((event) => event["sequence_number"])).toEqual(events.map((_, index) => index));
    expect(events.at(-1)).toMatchObject({ type: "response.completed" });
  });

  test("that is stored is there before the client hears of its end", async () => {
    await start();
    const stream = await client.responses.create({ model: "sonnet", input: "hello", stream: true });
    for await (const event of stream) {
      if (event.type !== "response.completed") continue;
      expect(await client.responses.retrieve(event.response.id)).toMatchObject({ status: "completed" });
      const kept = await get(`${event.response.id}?stream=true`);
      expect(eventsOf(kept).at(-1)).toEqual(JSON.parse(JSON.stringify(event)));
    }
  });

  test.each([
    ["queue-full", 429],
    ["store-unavailable", 503],
    ["upstream-overloaded", 503],
    ["context-length-exceeded", 400],
  ] as const)("that fails at once with %s has the status %i, streamed or not", async (kind, status) => {
    await start(async function* (request) {
      yield turnStart(request);
      yield fail(kind);
    });
    for (const stream of [true, false]) {
      const answer = await post({ stream });
      expect(answer.status).toBe(status);
      expectErrorBody(answer.json);
    }
    const background = await post({ background: true });
    expect(background.status).toBe(status);
  });

  test("that fails in the middle ends its stream as failed, and is kept so", async () => {
    await start(sayAndFail("upstream-failed"));
    const events = eventsOf(await post({ stream: true }));
    for (const event of events) expectResponseEvent(event);
    expect(events.slice(-2)).toMatchObject([
      { type: "error", message: "It failed." },
      { type: "response.failed", response: { error: { code: "server_error", message: "It failed." } } },
    ]);
    const id = (events[0] as { response: { id: string } }).response.id;
    expect(expectResponse((await get(id)).json)).toMatchObject({ status: "failed" });
    expect(eventsOf(await get(`${id}?stream=true`))).toEqual(events);
    expect((await post({})).status).toBe(502);
  });

  test("that is refused is an answer", async () => {
    await start(async function* (request) {
      yield turnStart(request);
      yield fail("refusal");
    });
    const answer = await post();
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      status: "failed",
      error: { code: "invalid_prompt" },
      output: [{ type: "message", content: [{ type: "refusal" }] }],
    });
  });

  test("does not run ahead of a client that does not read, and is cancelled with it", async () => {
    let saidCount = 0;
    await start(async function* (request, signal) {
      yield turnStart(request);
      while (!signal.aborted) {
        saidCount += 1;
        yield { type: "text-delta", text: "x".repeat(10_000) };
      }
      yield fail("cancelled");
    });
    const stream = await client.responses.create({ model: "sonnet", input: "hello", stream: true });
    const iterator = stream[Symbol.asyncIterator]();
    const { value } = await iterator.next();
    const id = value?.type === "response.created" ? value.response.id : "";
    let before = -1;
    while (saidCount !== before) {
      before = saidCount;
      await delay(100);
    }
    expect(saidCount).toBeLessThan(5_000);
    stream.controller.abort();
    for (;;) {
      const kept = await store.responses.findResponse(server.requests[0]?.principalId ?? never(), id);
      if (kept?.status === "cancelled") break;
      expect(kept?.status).toBe("in_progress");
      await delay(10);
    }
    expect(server.signals[0]?.aborted).toBe(true);
  });
});

describe("in the background", () => {
  test("a response does not end with its client", async () => {
    await start(endless);
    const stream = await client.responses.create({
      model: "sonnet",
      input: "hello",
      background: true,
      stream: true,
    });
    let id = "";
    for await (const event of stream) {
      if (event.type === "response.created") id = event.response.id;
      if (event.type === "response.output_text.delta") break;
    }
    expect(await client.responses.retrieve(id)).toMatchObject({
      status: "in_progress",
      output_text: "hello",
    });
    expect(server.signals[0]?.aborted).toBe(false);
    const cancelled = await client.responses.cancel(id);
    expect(cancelled.status).toBe("cancelled");
    expect(server.signals[0]?.aborted).toBe(true);
    expect(await client.responses.cancel(id)).toEqual(cancelled);
  });

  test("a response with truncation auto loses its oldest messages when it is too long", async () => {
    await start(async function* (request) {
      yield turnStart(request);
      if (request.messages.length > 1) yield fail("context-length-exceeded");
      else yield* say("hello")(request, new AbortController().signal);
    });
    const input = ["one", "two"].flatMap((text) => [
      { role: "user", content: text },
      { role: "assistant", content: `re: ${text}` },
    ]);
    const body = { background: true, input: [...input, { role: "user", content: "three" }] };
    expect((await post(body)).status).toBe(400);
    const begun = await post({ ...body, truncation: "auto" });
    expect(begun.status).toBe(200);
    const { id } = begun.json as { id: string };
    for (;;) {
      const response = await client.responses.retrieve(id);
      if (response.status === "completed") break;
      expect(["queued", "in_progress"]).toContain(response.status);
    }
  });

  test("needs a store", async () => {
    await start(say("hello"), NO_RESPONSES);
    const refused = await post({ background: true });
    expect(refused).toMatchObject({ status: 400, json: { error: { param: "background" } } });
    const unstored = await post();
    expect(unstored.headers["x-turnpike-ignored"]).toBe("store");
    expect(unstored.json).toMatchObject({ status: "completed", store: false });
    expect((await get((unstored.json as { id: string }).id)).status).toBe(404);
  });

  test("a store that fails costs no answer but that of the background, which could not be found again", async () => {
    const responses = { ...NO_RESPONSES, isEnabled: true, createResponse: broken, updateResponse: broken };
    await start(say("hello"), responses);
    expect((await post()).json).toMatchObject({ status: "completed" });
    expect(eventsOf(await post({ stream: true })).at(-1)).toMatchObject({ type: "response.completed" });
    const refused = await post({ background: true });
    expect(refused.status).toBe(500);
    expect(refused.text).not.toContain("disk");
    expect(server.logLines.map(({ event }) => event)).toContain("response.not-stored");
  });
});

describe("what is asked of a kept response", () => {
  test("is checked", async () => {
    await start();
    const { id } = await client.responses.create({ model: "sonnet", input: "hello" });
    const cases = [
      [`${id}?starting_after=-1&stream=true`, "starting_after"],
      [`${id}?starting_after=x`, "starting_after"],
      [`${id}?stream=maybe`, "stream"],
      [`${id}?stream=true`, "stream"],
      [`${id}?include[]=everything`, "include[0]"],
      [`${id}/input_items?limit=0`, "limit"],
      [`${id}/input_items?order=up`, "order"],
      [`${id}/input_items?after=msg_none`, "after"],
    ] as const;
    for (const [path, param] of cases) {
      const answer = await get(path);
      expect(answer, path).toMatchObject({ status: 400, json: { error: { param } } });
      expectErrorBody(answer.json);
    }
    expect(
      (await get(`${id}?stream=false&starting_after=&include[]=reasoning.encrypted_content`)).status,
    ).toBe(200);
  });

  test("is 404 when there is none", async () => {
    await start();
    for (const path of ["resp_none", "resp_none?stream=true", "resp_none/input_items", "a%00b"]) {
      const answer = await get(path);
      expect(answer.status, path).toBe(404);
      expectErrorBody(answer.json);
    }
    expect((await get("resp_none")).json).toMatchObject({
      error: { message: "Response with id 'resp_none' not found.", type: "invalid_request_error" },
    });
    expect((await post({}, `${PATH}/resp_none/cancel`)).status).toBe(404);
    const removed = await sendRaw(server, { method: "DELETE", path: `${PATH}/x`, headers: JSON_HEADERS });
    expect(removed.status).toBe(404);
  });

  test("cancels only what runs in the background", async () => {
    await start();
    const { id } = await client.responses.create({ model: "sonnet", input: "hello" });
    const answer = await post({}, `${PATH}/${id}/cancel`);
    expect(answer.status).toBe(400);
    expectErrorBody(answer.json);
    expect(await client.responses.retrieve(id)).toMatchObject({ status: "completed" });
  });
});

function broken(): Promise<never> {
  return Promise.reject(new Error("disk full"));
}

function never(): never {
  throw new Error("There was no turn.");
}
