import { type IncomingMessage, request } from "node:http";

import { describe, expect, onTestFinished, test } from "vitest";

import { pause } from "../../src/demo/build-fault.ts";
import { reply, text, textBlock } from "../../src/demo/build-reply.ts";
import type { RecordedRequest } from "../../src/demo/recorded-request.ts";
import { delay } from "../../src/lib/time.ts";
import { errorsOf, parseEvents, textOf } from "./read-events.ts";
import { shareTurnpike } from "./share-turnpike.ts";
import { API_KEY } from "./start-turnpike.ts";
import { expectWithin } from "../machine-speed.ts";

const MEBIBYTE = 1024 * 1024;
const FILLER = "lorem ipsum ".repeat(1500);
/** Numbers between them, so that a piece that is lost or out of order shows. 40 MiB. */
const PIECES = Array.from({ length: 2_300 }, (_, index) => `<${index}>${FILLER}`);
/** With pauses, so that what comes until the process is stopped depends on our clock, not on the machine's speed. */
const CHUNKS = PIECES.flatMap((piece, index) => (index % 10 === 0 ? [pause(5), piece] : [piece]));
/** What sockets, pipes and our own buffers may hold together, and what comes until the process is stopped. */
const MOST_UNDER_WAY = 30 * MEBIBYTE;

const turnpike = shareTurnpike();
const model = "sonnet";

describe("a client that does not read", () => {
  test("stops the model, and gets everything in order once it reads", { timeout: 180_000 }, async () => {
    const { upstream } = turnpike();
    upstream.clear();
    upstream.respondWith(reply({ blocks: [textBlock("", { chunks: CHUNKS })] }));
    const response = await open("read later");
    const produced = await upstream.waitForRequest(1);
    const memoryBefore = memoryUsed();
    const stoppedAt = await settledBytes(produced);
    expect(produced.end).toBeUndefined();
    expect(stoppedAt).toBeLessThan(MOST_UNDER_WAY);
    expect(memoryUsed() - memoryBefore).toBeLessThan(2 * MOST_UNDER_WAY);

    const events = parseEvents(await readAll(response));
    expect(errorsOf(events)).toEqual([]);
    // Compared by hand: a diff of this size would take minutes.
    expect(textOf(events) === PIECES.join("")).toBe(true);
    expect(await produced.ended).toMatchObject({ type: "finished" });
  });

  test("and leaves: the model stops, its session ends, and the next turn works", async () => {
    const { upstream, until, post } = turnpike();
    upstream.clear();
    upstream.respondWith(reply({ blocks: [textBlock("", { chunks: CHUNKS })] }));
    const response = await open("never read");
    const produced = await upstream.waitForRequest(1);
    await settledBytes(produced);
    const leftAt = performance.now();
    response.destroy();

    const { type, at } = await produced.ended;
    expect(type).toBe("aborted");
    expectWithin(at - leftAt, 1_000);
    await until(({ turns, sessions }) => turns.running + sessions.busy === 0);
    upstream.respondWith(text("fine"));
    const next = await post({ model, messages: [{ role: "user", content: "never read" }] });
    expect(await next.text()).toContain("fine");
  });
});

/** A streaming request whose answer nobody reads yet. */
function open(content: string): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const call = request(`${turnpike().url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
  });
  onTestFinished(() => void call.destroy());
  call.once("response", resolve).once("error", reject);
  call.end(JSON.stringify({ model, messages: [{ role: "user", content }], stream: true }));
  return promise;
}

async function readAll(response: IncomingMessage): Promise<string> {
  let content = "";
  for await (const piece of response.setEncoding("utf8")) content += String(piece);
  return content;
}

/** How much was sent when nothing more went out for a second. */
async function settledBytes(sent: RecordedRequest): Promise<number> {
  for (;;) {
    const before = sent.bytesWritten;
    await delay(1_000);
    if (sent.bytesWritten === before) return before;
  }
}

function memoryUsed(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
