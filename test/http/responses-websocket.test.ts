import { connect } from "node:net";

import type { ClientOptions } from "ws";
import { describe, expect, onTestFinished, test } from "vitest";

import type { ErrorInfo } from "../../src/core/words/app-error.ts";
import { messageText } from "../../src/core/words/message.ts";
import type { TurnError } from "../../src/core/words/turn-event.ts";
import type { TurnRequest } from "../../src/core/words/turn-request.ts";
import { abortable } from "../../src/lib/abortable.ts";
import { repeat } from "../../src/lib/time.ts";
import type { HttpOptions } from "../../src/http/http-options.ts";
import {
  KEY,
  say,
  type ScriptedServer,
  sendRaw,
  startScriptedServer,
  TURN_END,
  turnStart,
} from "./scripted-server.ts";
import type { TurnScript } from "./scripted-server.ts";
import { openSocket, type SocketClient, type SocketEvent, tryToOpen } from "./socket-client.ts";
import { expectWithin } from "../machine-speed.ts";

const PATH = "/v1/responses";
const AUTHORIZED = { authorization: `Bearer ${KEY}` };

async function start(script: TurnScript, options: Partial<HttpOptions> = {}): Promise<ScriptedServer> {
  const server = await startScriptedServer(script, { options });
  onTestFinished(() => server.close());
  return server;
}

async function open(server: ScriptedServer, options: ClientOptions = {}): Promise<SocketClient> {
  const client = await openSocket(server.url + PATH, { headers: AUTHORIZED, ...options });
  onTestFinished(() => client.socket.terminate());
  return client;
}

function create(input: unknown, extra: Readonly<Record<string, unknown>> = {}) {
  return { type: "response.create", model: "sonnet", store: false, input, ...extra };
}

function bodyOf(events: readonly SocketEvent[]): Readonly<Record<string, unknown>> {
  // Proof for the cast: the last event of a response carries it.
  return events.at(-1)?.["response"] as Readonly<Record<string, unknown>>;
}

function idOf(events: readonly SocketEvent[]): string {
  return String(bodyOf(events)["id"]);
}

function textsOf(request: TurnRequest | undefined): readonly string[] {
  return (request?.messages ?? []).map((message) => `${message.role}: ${messageText(message)}`);
}

function failure(error: ErrorInfo): TurnError {
  return { type: "turn-error", error, usage: TURN_END.usage, costUsd: 0 };
}

/** Answers with what it was asked last. */
const echo: TurnScript = async function* (request) {
  const last = request.messages.at(-1);
  yield turnStart(request);
  yield { type: "text-delta", text: `you said ${last ? messageText(last) : ""}` };
  yield TURN_END;
};

/** Says one word and then goes on only when it is told to, or ends when it is aborted. */
function stalling(): { readonly script: TurnScript; go(): void } {
  const gate = Promise.withResolvers<void>();
  return {
    go: gate.resolve,
    script: async function* (request, signal) {
      yield turnStart(request);
      yield { type: "text-delta", text: "first" };
      try {
        await abortable(gate.promise, signal);
      } catch {
        yield failure({ kind: "cancelled", message: "The turn was cancelled." });
        return;
      }
      yield TURN_END;
    },
  };
}

describe("opening", () => {
  test("a request without a key is refused over HTTP in OpenAI's shape", async () => {
    const server = await start(say("hi"));
    const refusal = await tryToOpen(server.url + PATH, {});
    expect(refusal).toMatchObject({
      status: 401,
      body: { error: { code: "invalid_api_key", type: "invalid_request_error" } },
    });
    const lines = () => server.logLines.filter(({ event }) => event === "request.completed");
    await expect.poll(() => lines().map((line) => line["status"])).toEqual([401]);
  });

  test.each([
    ["a page of another origin", { headers: { ...AUTHORIZED, origin: "https://evil.example" } }],
    ["another host's name", { headers: { ...AUTHORIZED, host: "evil.example" } }],
  ])("%s is refused", async (_, options) => {
    const server = await start(say("hi"));
    expect(await tryToOpen(server.url + PATH, options)).toMatchObject({ status: 403 });
  });

  test("another path has no WebSocket", async () => {
    const server = await start(say("hi"));
    const refusal = await tryToOpen(`${server.url}/v1/nothing`, { headers: AUTHORIZED });
    expect(refusal).toMatchObject({ status: 404, body: { error: { code: "unknown_url" } } });
  });

  test("GET without an upgrade says what the path is for", async () => {
    const server = await start(say("hi"));
    const answer = await sendRaw(server, { path: PATH, headers: AUTHORIZED });
    expect(answer).toMatchObject({ status: 426, json: { error: { code: "upgrade_required" } } });
    expect(answer.headers).toMatchObject({ upgrade: "websocket" });
  });

  test("a request that offers another protocol is answered as if it had not", async () => {
    const server = await start(say("hi there"));
    const body = JSON.stringify({ model: "sonnet", messages: [{ role: "user", content: "hello" }] });
    const socket = connect(server.port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    const head = [
      "POST /v1/chat/completions HTTP/1.1",
      "Host: 127.0.0.1",
      "Connection: Upgrade, HTTP2-Settings",
      "Upgrade: h2c",
      "HTTP2-Settings: AAEAAEAAAAIAAAAB",
      `Authorization: Bearer ${KEY}`,
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
    ].join("\r\n");
    // The body comes in two pieces, the first one with the headers.
    socket.write(`${head}\r\n\r\n${body.slice(0, 10)}`);
    socket.write(body.slice(10));
    let text = "";
    for await (const chunk of socket) {
      text += String(chunk);
      if (text.includes("hi there")) break;
    }
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe("responses", () => {
  test("the events of a response come as text messages, in order, each once", async () => {
    const server = await start(say("Hello", " world"));
    const client = await open(server);
    client.send(create("hi"));
    const events = await client.nextResponse();
    expect(events.map(({ type }) => type)).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.delta",
      "response.output_text.delta",
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.completed",
    ]);
    expect(events.map((event) => event["sequence_number"])).toEqual(events.map((_, index) => index));
    expect(events.every((event) => !("stream_id" in event))).toBe(true);
    expect(bodyOf(events)).toMatchObject({ status: "completed", store: false });
  });

  test("one that is not stored can be gone on from on the same connection, and on no other", async () => {
    const server = await start(echo);
    const client = await open(server);
    client.send(create("one"));
    const first = await client.nextResponse();
    client.send(create("two", { previous_response_id: idOf(first) }));
    const second = await client.nextResponse();
    expect(textsOf(server.requests[1])).toEqual(["user: one", "assistant: you said one", "user: two"]);
    expect(bodyOf(second)["previous_response_id"]).toBe(idOf(first));

    const other = await open(server);
    other.send(create("three", { previous_response_id: idOf(second) }));
    expect(await other.nextResponse()).toMatchObject([
      {
        type: "error",
        status: 400,
        code: "previous_response_not_found",
        error: {
          type: "invalid_request_error",
          code: "previous_response_not_found",
          param: "previous_response_id",
        },
      },
    ]);
    other.send(create("three"));
    expect((await other.nextResponse()).at(-1)).toMatchObject({ type: "response.completed" });
  });

  test("an older one can be branched from", async () => {
    const server = await start(echo);
    const client = await open(server);
    client.send(create("one"));
    const first = await client.nextResponse();
    for (const input of ["two", "three"]) {
      client.send(create(input, { previous_response_id: idOf(first) }));
      await client.nextResponse();
    }
    expect(textsOf(server.requests[2])).toEqual(["user: one", "assistant: you said one", "user: three"]);
  });

  test("a failed continuation makes the connection forget what it went on from", async () => {
    const server = await start(echo);
    const client = await open(server);
    client.send(create("one"));
    const first = await client.nextResponse();
    const output = { type: "function_call_output", call_id: "call_unknown", output: "42" };
    client.send(create([output], { previous_response_id: idOf(first) }));
    expect(await client.nextResponse()).toMatchObject([
      { type: "error", status: 400, error: { param: "input" } },
    ]);
    client.send(create("two", { previous_response_id: idOf(first) }));
    expect(await client.nextResponse()).toMatchObject([
      { type: "error", error: { code: "previous_response_not_found" } },
    ]);
  });

  test("a turn that fails at once is an error with a status, and the connection goes on", async () => {
    let count = 0;
    const server = await start(async function* (request) {
      count += 1;
      if (count > 1) return yield* say("better")(request, new AbortController().signal);
      yield failure({ kind: "upstream-rate-limited", message: "Too fast.", retryAfterMs: 3000 });
    });
    const client = await open(server);
    client.send(create("one"));
    expect(await client.nextResponse()).toMatchObject([
      {
        type: "error",
        status: 429,
        error: { code: "rate_limit_exceeded", headers: { "retry-after": "3" } },
      },
    ]);
    client.send(create("one"));
    expect((await client.nextResponse()).at(-1)).toMatchObject({ type: "response.completed" });
  });

  test("a turn that fails in the middle ends in response.failed alone", async () => {
    const server = await start(async function* (request) {
      yield turnStart(request);
      yield { type: "text-delta", text: "half" };
      yield failure({ kind: "upstream-overloaded", message: "Busy." });
    });
    const client = await open(server);
    client.send(create("one"));
    const events = await client.nextResponse();
    expect(events.at(-1)).toMatchObject({ type: "response.failed", response: { status: "failed" } });
  });

  test.each([
    ["no JSON", "{", { message: expect.stringContaining("valid JSON") }],
    ["no object", "[]", { code: "invalid_type" }],
    ["an unknown type", JSON.stringify({ type: "session.update" }), { code: "invalid_value", param: "type" }],
    ["no model", JSON.stringify({ type: "response.create", input: "hi" }), { param: "model" }],
    ["background", JSON.stringify(create("hi", { background: true })), { param: "background" }],
    [
      "a bad lane",
      JSON.stringify(create("hi", { stream_id: "" })),
      { code: "invalid_stream_id", param: "stream_id" },
    ],
    ["a cancel of nothing", JSON.stringify({ type: "response.cancel" }), { code: "response_not_active" }],
  ])("%s is refused, and the connection goes on", async (_, text, error) => {
    const server = await start(say("hi"));
    const client = await open(server);
    client.socket.send(text);
    expect(await client.next()).toMatchObject({ type: "error", status: 400, error });
    client.send(create("hi"));
    expect((await client.nextResponse()).at(-1)).toMatchObject({ type: "response.completed" });
  });

  test("steering is refused with the input", async () => {
    const server = await start(say("hi"));
    const client = await open(server);
    client.send({ type: "response.steer", previous_response_id: "resp_1", input: "faster" });
    expect(await client.next()).toMatchObject({
      type: "response.steer.failed",
      error: { code: "steering_not_supported" },
      steer: { input: "faster", previous_response_id: "resp_1" },
    });
  });

  test("what a client merely notes is not answered", async () => {
    const server = await start(say("hi"));
    const client = await open(server);
    client.send({ type: "response.processed", response_id: "resp_1" });
    client.send(create("hi"));
    expect(await client.next()).toMatchObject({ type: "response.created" });
  });
});

describe("warming up", () => {
  test("asks nobody, and the next response goes on from it", async () => {
    const server = await start(echo);
    const client = await open(server);
    client.send(create("one", { generate: false, instructions: "Be brief." }));
    const warm = await client.nextResponse();
    expect(warm.map(({ type }) => type)).toEqual([
      "response.created",
      "response.in_progress",
      "response.completed",
    ]);
    expect(bodyOf(warm)).toMatchObject({ status: "completed", output: [], usage: { total_tokens: 0 } });
    expect(server.requests).toEqual([]);
    client.send(create([], { previous_response_id: idOf(warm), instructions: "Be brief." }));
    expect((await client.nextResponse()).at(-1)).toMatchObject({ type: "response.completed" });
    expect(textsOf(server.requests[0])).toEqual(["user: one"]);
    expect(server.requests[0]?.systemText).toBe("Be brief.");
  });

  test.each([[[]], [undefined]])("works before there is any input (%j)", async (input) => {
    const server = await start(echo);
    const client = await open(server);
    client.send(create(input, { generate: false }));
    const warm = await client.nextResponse();
    client.send(create("one", { previous_response_id: idOf(warm) }));
    await client.nextResponse();
    expect(textsOf(server.requests[0])).toEqual(["user: one"]);
  });

  test("what is wrong with the request is said at once", async () => {
    const server = await start(echo);
    const client = await open(server);
    client.send(create("one", { generate: false, model: "unknown" }));
    expect(await client.nextResponse()).toMatchObject([
      { type: "error", status: 404, code: "model_not_found" },
    ]);
  });
});

describe("lanes", () => {
  test("on one lane the next response waits for the one before", async () => {
    const { script, go } = stalling();
    const server = await start(script);
    const client = await open(server);
    client.send(create("one"));
    client.send(create("two"));
    await expect.poll(() => server.requests.length).toBe(1);
    go();
    const first = await client.nextResponse();
    const second = await client.nextResponse();
    expect([first, second].map((events) => events[0]?.type)).toEqual([
      "response.created",
      "response.created",
    ]);
    expect(server.requests.map((request) => textsOf(request))).toEqual([["user: one"], ["user: two"]]);
  });

  test("lanes do not wait for each other, and their events carry their name", async () => {
    const { script, go } = stalling();
    const server = await start((request, signal) =>
      textsOf(request)[0] === "user: slow" ? script(request, signal) : say("fast")(request, signal),
    );
    const client = await open(server);
    client.send(create("slow", { stream_id: "a" }));
    client.send(create("quick", { stream_id: "b" }));
    const events: SocketEvent[] = [];
    for (let event = await client.next(); event; event = await client.next()) {
      events.push(event);
      if (event.type === "response.completed") break;
    }
    expect(events.at(-1)).toMatchObject({ stream_id: "b" });
    go();
    const rest = await client.nextResponse();
    expect(rest.at(-1)).toMatchObject({ type: "response.completed", stream_id: "a" });
    expect(
      [...events, ...rest].every((event) => event["stream_id"] === "a" || event["stream_id"] === "b"),
    ).toBe(true);
  });

  test("a connection has 32 named lanes and the one without a name", async () => {
    const server = await start(say("hi"));
    const client = await open(server);
    for (let lane = 1; lane <= 32; lane += 1) {
      client.send(create("hi", { stream_id: `lane-${lane}` }));
      expect((await client.nextResponse()).at(-1)).toMatchObject({ type: "response.completed" });
    }
    client.send(create("hi", { stream_id: "lane-33" }));
    expect(await client.nextResponse()).toMatchObject([
      { type: "error", status: 400, stream_id: "lane-33", error: { code: "websocket_stream_limit_reached" } },
    ]);
    client.send(create("hi"));
    expect((await client.nextResponse()).at(-1)).toMatchObject({ type: "response.completed" });
  });

  test("too much that waits is refused", async () => {
    const { script, go } = stalling();
    const server = await start(script);
    const client = await open(server);
    for (let count = 1; count <= 81; count += 1) client.send(create(`${count}`));
    const refused = (await client.nextResponse()).at(-1);
    expect(refused).toMatchObject({ type: "error", status: 429, error: { code: "queue_full" } });
    go();
  });
});

describe("the end", () => {
  test("response.cancel ends the response that runs", async () => {
    const { script } = stalling();
    const server = await start(script);
    const client = await open(server);
    client.send(create("one"));
    while ((await client.next())?.type !== "response.output_text.delta");
    client.send({ type: "response.cancel" });
    expect((await client.nextResponse()).at(-1)).toMatchObject({
      type: "response.incomplete",
      response: { status: "cancelled" },
    });
    expect(server.signals[0]?.aborted).toBe(true);
  });

  test("a response that has said nothing yet can be cancelled, too", async () => {
    const server = await start(async function* (request, signal) {
      yield turnStart(request);
      await abortable(new Promise(() => {}), signal).catch(() => {});
      yield failure({ kind: "cancelled", message: "The turn was cancelled." });
    });
    const client = await open(server);
    client.send(create("one"));
    await expect.poll(() => server.requests.length).toBe(1);
    client.send({ type: "response.cancel" });
    expect((await client.nextResponse()).at(-1)).toMatchObject({ response: { status: "cancelled" } });
  });

  test("a client that leaves cancels what runs", async () => {
    const { script } = stalling();
    const server = await start(script);
    const client = await open(server);
    client.send(create("one"));
    await client.next();
    client.socket.terminate();
    await expect.poll(() => server.signals[0]?.aborted).toBe(true);
    await expect
      .poll(() => server.logLines.filter(({ event }) => event === "websocket.closed").length)
      .toBe(1);
  });

  test("a client that does not read stops the turn", async () => {
    let said = 0;
    const server = await start(async function* (request, signal) {
      yield turnStart(request);
      for (; said < 300 && !signal.aborted; said += 1) yield { type: "text-delta", text: "x".repeat(50_000) };
      yield TURN_END;
    });
    const client = await open(server);
    client.socket.pause();
    client.send(create("one"));
    await expect.poll(() => said).toBeGreaterThan(10);
    let before = -1;
    // It has stopped when it says nothing for a while.
    await expect
      .poll(
        () => {
          const hasStopped = said === before;
          before = said;
          return hasStopped;
        },
        { interval: 100 },
      )
      .toBe(true);
    expect(said).toBeLessThan(300);
    client.socket.resume();
    expect((await client.nextResponse()).at(-1)).toMatchObject({ type: "response.completed" });
    expect(said).toBe(300);
  });

  test("a client that takes nothing counts as gone after a while, though it goes on with pings", async () => {
    const long = Array.from({ length: 1_000 }, () => "x".repeat(64 * 1024));
    const server = await startScriptedServer(say(...long), {
      options: { keepAliveMs: 50 },
      timeouts: { stalledClientMs: 400 },
    });
    onTestFinished(() => server.close());
    const client = await open(server);
    client.send(create("one"));
    await client.next();
    client.socket.pause();
    const pings = repeat(5, () => client.socket.ping());
    onTestFinished(() => pings.cancel());
    const [signal] = server.signals;
    if (!signal) throw new Error("The turn has begun.");
    await expect.poll(() => signal.aborted, { timeout: 20_000 }).toBe(true);
  });

  test("a message that is too large ends the connection", async () => {
    const server = await start(say("hi"), { maxBodyBytes: 1000 });
    const client = await open(server);
    client.send(create("x".repeat(2000)));
    expect(await client.closed).toMatchObject({ code: 1009 });
  });

  test("a message that is no text ends the connection", async () => {
    const server = await start(say("hi"));
    const client = await open(server);
    const sentAt = performance.now();
    client.socket.send(Buffer.from(JSON.stringify(create("hi"))));
    expect(await client.closed).toMatchObject({ code: 1003 });
    expectWithin(performance.now() - sentAt, 5_000);
  });

  test("a client that is gone without a word is noticed", async () => {
    const { script } = stalling();
    const server = await start(script, { keepAliveMs: 20 });
    const client = await open(server, { autoPong: false });
    client.send(create("one"));
    await client.next();
    await expect.poll(() => server.signals[0]?.aborted, { timeout: 60_000 }).toBe(true);
  });

  test("a client that answers pings stays", async () => {
    const { script, go } = stalling();
    const server = await start(script, { keepAliveMs: 20 });
    const client = await open(server);
    client.send(create("one"));
    await client.next();
    let pings = 0;
    client.socket.on("ping", () => (pings += 1));
    await expect.poll(() => pings, { timeout: 60_000 }).toBeGreaterThan(8);
    go();
    expect((await client.nextResponse()).at(-1)).toMatchObject({ type: "response.completed" });
  });

  test("a connection that is too old says so, after what runs", async () => {
    const { script, go } = stalling();
    const server = await start(script, { socketMaxAgeMs: 50 });
    const client = await open(server);
    client.send(create("one"));
    await client.next();
    await expect
      .poll(async () => {
        client.send(create("two", { stream_id: "late", model: undefined }));
        for (let event = await client.next(); event; event = await client.next()) {
          if (event["stream_id"] === "late") return event["code"] ?? "none";
        }
        return "none";
      })
      .toBe("websocket_connection_limit_reached");
    go();
    expect((await client.nextResponse()).at(-1)).toMatchObject({ type: "response.completed" });
    expect(await client.nextResponse()).toMatchObject([{ code: "websocket_connection_limit_reached" }]);
    expect(await client.closed).toMatchObject({ code: 1001 });
  });

  test("a server that stops lets what runs end, takes nothing new and says goodbye", async () => {
    const { script, go } = stalling();
    const server = await start(script);
    const [busy, idle] = [await open(server), await open(server)];
    busy.send(create("one"));
    await busy.next();
    const closed = server.closeGently();
    expect(await idle.closed).toMatchObject({ code: 1001 });
    busy.send(create("two", { stream_id: "late" }));
    expect((await busy.nextResponse()).at(-1)).toMatchObject({ status: 503, stream_id: "late" });
    go();
    expect((await busy.nextResponse()).at(-1)).toMatchObject({ type: "response.completed" });
    expect(await busy.closed).toMatchObject({ code: 1001 });
    await closed;
  });

  test("a server that must stop cuts what is open", async () => {
    const { script } = stalling();
    const server = await start(script);
    const client = await open(server);
    client.send(create("one"));
    await client.next();
    await server.close();
    await client.closed;
    await expect.poll(() => server.signals[0]?.aborted).toBe(true);
  });
});

test("an unknown failure gives nothing away", async () => {
  const server = await start(() => {
    throw new Error("secret path /home/somebody");
  });
  const client = await open(server);
  client.send(create("one"));
  const [error] = await client.nextResponse();
  expect(error).toMatchObject({ type: "error", status: 500 });
  expect(JSON.stringify(error)).not.toContain("secret");
});
