import { connect as connectSocket, type Socket } from "node:net";

import OpenAI from "openai";
import { afterEach, expect, test } from "vitest";

import type { TurnEvent } from "../../src/core/words/turn-event.ts";
import { delay } from "../../src/lib/time.ts";
import {
  CHAT_PATH,
  chatBody,
  KEY,
  startScriptedServer,
  turnStart,
  type ScriptedServer,
  type TurnScript,
} from "./scripted-server.ts";
import { expectWithin } from "../machine-speed.ts";

let server: ScriptedServer;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

/** The promise is 50 ms; the rest is for a machine that does other things too. */
const CANCELLED_WITHIN_MS = 250;

/** Says something, then waits for as long as it is let. */
function hang(state: { abortedAt?: number; isReturned?: boolean }, isQuiet = false): TurnScript {
  return async function* (request, signal) {
    signal.addEventListener("abort", () => (state.abortedAt = performance.now()), { once: true });
    try {
      yield turnStart(request);
      if (!isQuiet) yield { type: "text-delta", text: "begun" };
      await delay(60_000, signal).catch(() => {});
    } finally {
      state.isReturned = true;
    }
  };
}

test.each([
  { stream: true, isQuiet: false },
  { stream: true, isQuiet: true },
  { stream: false, isQuiet: true },
])("a client that leaves cancels its turn at once: %o", async ({ stream, isQuiet }) => {
  const state: { abortedAt?: number; isReturned?: boolean } = {};
  server = await startScriptedServer(hang(state, isQuiet));
  const client = new OpenAI({ apiKey: KEY, baseURL: `${server.url}/v1`, maxRetries: 0 });
  const leave = new AbortController();
  const asking = client.chat.completions.create(
    { model: "sonnet", messages: [{ role: "user", content: "hello" }], stream },
    { signal: leave.signal },
  );
  if (stream && !isQuiet) await asking;
  await expect.poll(() => server.requests.length).toBe(1);

  const leftAt = performance.now();
  leave.abort();
  await asking.catch(() => {});
  await expect.poll(() => state.abortedAt, { interval: 5 }).toBeDefined();
  expectWithin((state.abortedAt ?? Infinity) - leftAt, CANCELLED_WITHIN_MS);
  await expect.poll(() => state.isReturned).toBe(true);
  await expect.poll(() => server.logLines.at(-1)).toMatchObject({ isClientGone: true });
});

function postBySocket(onData?: () => void): Socket {
  const socket = connectSocket(server.port, "127.0.0.1");
  sockets.push(socket);
  const body = chatBody({ stream: true });
  socket.write(
    `POST ${CHAT_PATH} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${KEY}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  if (onData) socket.once("data", onData);
  return socket;
}

/** Waits until the count has stood still for a while. */
async function settle(count: () => number): Promise<number> {
  let last = -1;
  while (count() !== last || last === 0) {
    last = count();
    await delay(100);
  }
  return last;
}

test("a reader that stalls stops the turn at a bounded buffer; leaving then cancels it", async () => {
  const total = 20_000;
  const text = "x".repeat(16_384); // 320 MB in all
  let produced = 0;
  let isReturned = false;
  server = await startScriptedServer(async function* (request): AsyncGenerator<TurnEvent> {
    try {
      yield turnStart(request);
      for (; produced < total; produced += 1) yield { type: "text-delta", text };
    } finally {
      isReturned = true;
    }
  });
  const socket = postBySocket(() => socket.pause());

  const stalledAt = await settle(() => produced);
  // The kernel's own socket buffers take a few megabytes on loopback; ours is far below one.
  expect(stalledAt * text.length).toBeLessThan(16 * 1024 * 1024);
  expect(isReturned).toBe(false);

  const leftAt = performance.now();
  socket.destroy();
  await expect.poll(() => server.signals[0]?.aborted, { interval: 5 }).toBe(true);
  expectWithin(performance.now() - leftAt, 200);
  await expect.poll(() => isReturned).toBe(true);
  expect(produced).toBeLessThan(stalledAt + 100);
});

test("no comments pile up for a reader that stalls", async () => {
  const text = "x".repeat(1_000_000);
  server = await startScriptedServer(
    async function* (request): AsyncGenerator<TurnEvent> {
      yield turnStart(request);
      while (true) yield { type: "text-delta", text };
    },
    { options: { keepAliveMs: 1 } },
  );
  const before = process.memoryUsage().arrayBuffers;
  const socket = postBySocket(() => socket.pause());
  await expect.poll(() => server.requests.length).toBe(1);
  await delay(300);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
});
