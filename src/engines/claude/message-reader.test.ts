import { expect, test } from "vitest";

import type { ClaudeMessage } from "./claude-messages.ts";
import { MessageReader } from "./message-reader.ts";

/** Of a process that has said more than the valve lets through at once. */
function readerOf(messages: AsyncIterator<ClaudeMessage, void>) {
  const valve = { isFull: true, open() {}, beginWait() {}, endWait() {} };
  const process = { valve, exited: new Promise<never>(() => {}) };
  return new MessageReader({
    connection: messages,
    process,
    gate: { hasNews: false, onNews: undefined },
  });
}

const SILENT: AsyncIterator<ClaudeMessage, void> = { next: () => new Promise(() => {}) };

test("who leaves just as a message is asked for does not wait for it", async () => {
  const reader = readerOf(SILENT);
  const client = new AbortController();
  const received = reader.next(client.signal, false);
  client.abort();
  expect(await received).toBe("aborted");
});

test("who has left before is told at once, for one turn after the other", async () => {
  const reader = readerOf(SILENT);
  for (let turn = 0; turn < 2; turn += 1)
    expect(await reader.next(AbortSignal.abort(), false)).toBe("aborted");
});

test("a message that has come goes to the next turn where the one that asked for it has left", async () => {
  const coming = Promise.withResolvers<IteratorResult<ClaudeMessage, void>>();
  const reader = readerOf({ next: () => coming.promise });
  const client = new AbortController();
  const received = reader.next(client.signal, false);
  client.abort();
  expect(await received).toBe("aborted");
  // Proof for the cast: the reader looks at the type alone.
  coming.resolve({ value: { type: "assistant" } as ClaudeMessage, done: false });
  const next = await reader.next(new AbortController().signal, false);
  expect(next).toMatchObject({ value: { type: "assistant" } });
});
