import { once } from "node:events";
import { Agent } from "node:http";
import { connect, type Socket } from "node:net";

import { afterEach, describe, expect, test } from "vitest";

import { MemoryConversationLock } from "../../src/cluster/memory/memory-conversation-lock.ts";
import { ApprovalDesk } from "../../src/core/approvals/approval-desk.ts";
import { MemoryTurnRelay } from "../../src/cluster/memory/memory-turn-relay.ts";
import { createApp } from "../../src/http/create-app.ts";
import { listen } from "../../src/http/listen.ts";
import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import { OwedWrites } from "../../src/core/turn/owed-writes.ts";
import { ResponseJobs } from "../../src/service/responses/response-jobs.ts";
import { ResponseRuns } from "../../src/service/responses/response-runs.ts";
import { createSealedBox } from "../../src/lib/sealed-box.ts";
import { delay, repeat } from "../../src/lib/time.ts";
import { configuredKeys } from "../../src/service/access/configured-keys.ts";
import {
  CHAT_PATH,
  chatBody,
  JSON_HEADERS,
  NO_COMPLETIONS,
  NO_FILES,
  NO_FILE_CHANGES,
  NO_ITEMS,
  NO_JOBS,
  NO_REQUEST_POLICY,
  NO_RESPONSES,
  say,
  sendRaw,
  startScriptedServer,
  TURN_END,
  turnStart,
  type ScriptedServer,
} from "./scripted-server.ts";
import { INLINE_SCHEMAS } from "../engine/inline-schemas.ts";
import { NO_FOLDERS } from "../workspaces/no-folders.ts";
import { expectWithin } from "../machine-speed.ts";

let server: ScriptedServer;
afterEach(() => server.close());

/** Sends bytes that no HTTP library would, and returns all that comes back. */
function sendBytes(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}

test("what is no HTTP, or too much of it, is answered in OpenAI's shape", async () => {
  server = await startScriptedServer(say());
  expect(await sendBytes(server.port, "nonsense\r\n\r\n")).toMatch(
    /^HTTP\/1.1 400 .*"type":"invalid_request_error"/s,
  );
  const header = `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(40_000)}\r\n\r\n`;
  expect(await sendBytes(server.port, header)).toMatch(/^HTTP\/1.1 431 .*"message":/s);
  for (const head of [
    "GET /health HTTP/1.0\r\n",
    "GET /health HTTP/1.1\r\nHost: \r\nConnection: close\r\n",
  ]) {
    expect(await sendBytes(server.port, `${head}\r\n`), head).toMatch(/^HTTP\/1.1 40[03] .*"message":/s);
  }
  const malformed = await sendBytes(
    server.port,
    "GET /a\\b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
  );
  expect(malformed).toMatch(/^HTTP\/1.1 400 .*"code":"invalid_url"/s);
});

/** The headers of a request whose body is to come. */
const headOf = (length: number) =>
  `POST ${CHAT_PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${JSON_HEADERS.authorization}\r\n` +
  `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

describe("a request that is late", () => {
  const LATE = /^HTTP\/1.1 408 .*"message":"The request was not complete in time\."/s;

  test("has the time for its body, counted from its headers on, and not much more", async () => {
    server = await startScriptedServer(say("ok"), { timeouts: { bodyTimeoutMs: 300 } });
    const startedAt = performance.now();
    expect(await sendBytes(server.port, `${headOf(100)}{"model":`)).toMatch(LATE);
    const took = performance.now() - startedAt;
    expect(took).toBeGreaterThan(290);
    expectWithin(took, 2_000);
    expect(server.requests).toEqual([]);
  });

  test("hears of it in the shape of the API that it asks", async () => {
    server = await startScriptedServer(say("ok"), { timeouts: { bodyTimeoutMs: 100 } });
    const late = headOf(100).replace(CHAT_PATH, "/v1/messages?beta=true");
    const [, body = ""] = (await sendBytes(server.port, `${late}{"model":`)).split("\r\n\r\n");
    expect(JSON.parse(body)).toEqual({
      type: "error",
      error: { type: "invalid_request_error", message: "The request was not complete in time." },
      request_id: expect.stringMatching(/^req_/),
    });
  });

  test("also when its body comes in drops", async () => {
    server = await startScriptedServer(say("ok"), { timeouts: { bodyTimeoutMs: 300 } });
    const socket = connect(server.port, "127.0.0.1");
    const closed = new Promise((resolve) => socket.once("close", resolve));
    // The server closes between two drops.
    socket.on("error", () => {});
    socket.write(headOf(1_000_000));
    const drip = repeat(20, () => socket.write(" "));
    const [answer] = await Promise.all([once(socket, "data"), closed]);
    drip.cancel();
    expect(String(answer)).toMatch(LATE);
  });

  test("has the time for its headers", async () => {
    server = await startScriptedServer(say("ok"), { timeouts: { headersTimeoutMs: 300 } });
    const startedAt = performance.now();
    expect(await sendBytes(server.port, "GET /health HTTP/1.1\r\nHost:")).toMatch(LATE);
    expectWithin(performance.now() - startedAt, 3_000);
  });

  test("may wait for its answer as long as that takes", async () => {
    const { promise: isAllowed, resolve: finish } = Promise.withResolvers<void>();
    server = await startScriptedServer(
      async function* (request) {
        yield turnStart(request);
        await isAllowed;
        yield { type: "text-delta", text: "late" };
        yield TURN_END;
      },
      { timeouts: { bodyTimeoutMs: 50 } },
    );
    const answer = sendRaw(server, {
      method: "POST",
      path: CHAT_PATH,
      headers: JSON_HEADERS,
      body: chatBody(),
    });
    await expect.poll(() => server.requests.length).toBe(1);
    await delay(150);
    finish();
    expect((await answer).text).toContain("late");
  });
});

/** A client that has its answer's beginning, and then reads nothing. */
async function askAndStop(): Promise<Socket> {
  const body = chatBody({ stream: true });
  const socket = connect(server.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(`${headOf(Buffer.byteLength(body))}${body}`);
  await once(socket, "data");
  socket.pause();
  return socket;
}

describe("a client that takes nothing of its answer", () => {
  // More than the buffers of two sockets hold.
  const LONG = Array.from({ length: 1_000 }, () => "x".repeat(64 * 1024));
  test("counts as gone after a while: its turn ends", async () => {
    server = await startScriptedServer(say(...LONG), { timeouts: { stalledClientMs: 400 } });
    const socket = await askAndStop();
    const [signal] = server.signals;
    if (!signal) throw new Error("The turn has begun");
    if (!signal.aborted) await once(signal, "abort");
    socket.destroy();
  });

  test("but one that takes something now and then, or has nothing to take, does not", async () => {
    server = await startScriptedServer(
      async function* (request) {
        yield turnStart(request);
        for (const text of LONG.slice(0, 300)) yield { type: "text-delta", text };
        // Nothing comes for longer than a client may stall.
        await delay(600);
        yield { type: "text-delta", text: "the end" };
        yield TURN_END;
      },
      { timeouts: { stalledClientMs: 400 } },
    );
    const socket = await askAndStop();
    let answer = "";
    const over = Promise.withResolvers<void>();
    socket.on("close", over.resolve);
    socket.on("data", (chunk: Buffer) => {
      answer = (answer + chunk.toString("latin1")).slice(-1_000);
      if (answer.includes("[DONE]")) over.resolve();
    });
    // It stops again and again, each time for less than it may.
    const stops = repeat(150, () => (socket.isPaused() ? socket.resume() : socket.pause()));
    await over.promise;
    stops.cancel();
    expect(answer).toContain("the end");
    expect(server.signals[0]?.aborted).toBe(false);
    socket.destroy();
  });
});

test("an address that is taken rejects with Node's own error", async () => {
  server = await startScriptedServer(say());
  const options = { headersTimeoutMs: 1000, bodyTimeoutMs: 1000, idleSocketMs: 1000, stalledClientMs: 1000 };
  const app = createApp({
    runTurn: say(),
    models: {
      resolve: () => {
        throw new Error("unused");
      },
      list: () => [],
    },
    requestPolicy: NO_REQUEST_POLICY,
    approvals: new ApprovalDesk({ timeoutMs: 1000, clock: Date.now }),
    conversations: { list: async () => [], find: async () => undefined, remove: async () => false },
    conversationFolders: NO_FOLDERS,
    completions: NO_COMPLETIONS,
    responses: NO_RESPONSES,
    responseRuns: new ResponseRuns(),
    owedWrites: new OwedWrites(SILENT_LOGGER),
    turnRelay: new MemoryTurnRelay(),
    jobs: new ResponseJobs(NO_JOBS),
    conversationLock: new MemoryConversationLock(),
    sealedBox: createSealedBox(new Uint8Array(32)),
    files: NO_FILES,
    fileChanges: NO_FILE_CHANGES,
    undoTurn: async () => [],
    items: NO_ITEMS,
    schemas: INLINE_SCHEMAS,
    health: () => server.health,
    logger: SILENT_LOGGER,
    options: {
      host: "127.0.0.1",
      keys: configuredKeys({ type: "none" }),
      allowedHosts: [],
      corsOrigins: [],
      maxBodyBytes: 1,
      keepAliveMs: 1,
    },
  });
  await expect(listen(app, { host: "127.0.0.1", port: server.port, ...options })).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
  const other = await listen(app, { host: "127.0.0.1", port: 0, ...options });
  expect(other.url).toBe(`http://127.0.0.1:${other.port}`);

  // Closing lets the running answer finish, and does not wait for connections that are kept alive.
  const agent = new Agent({ keepAlive: true });
  const kept = { ...server, port: other.port };
  expect((await sendRaw(kept, { path: "/health", agent })).status).toBe(200);
  const startedAt = performance.now();
  await other.close();
  expectWithin(performance.now() - startedAt, 500);
  agent.destroy();
});

test("closing waits for the running answer, then for nothing", async () => {
  const { promise: isAllowed, resolve: finish } = Promise.withResolvers<void>();
  server = await startScriptedServer(async function* (request) {
    yield turnStart(request);
    await isAllowed;
    yield { type: "text-delta", text: "late" };
    yield TURN_END;
  });
  const agent = new Agent({ keepAlive: true });
  const answer = sendRaw(server, {
    method: "POST",
    path: CHAT_PATH,
    headers: JSON_HEADERS,
    body: chatBody(),
    agent,
  });
  await expect.poll(() => server.requests.length).toBe(1);
  const closed = server.closeGently();
  await expect(sendRaw(server, { path: "/health" })).rejects.toMatchObject({ code: "ECONNREFUSED" });
  finish();
  expect((await answer).text).toContain("late");
  const finishedAt = performance.now();
  await closed;
  expectWithin(performance.now() - finishedAt, 500);
  agent.destroy();
});
