import { setImmediate } from "node:timers/promises";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { createSseStream } from "./sse-stream.ts";

const QUIET = { keepAliveMs: 60_000, isSilent: false, onCancel: () => {} };

/** Counts how far it was read. */
function counted(events: readonly string[]) {
  const state = { taken: 0, isReturned: false };
  const iterate = async function* () {
    try {
      for (const event of events) {
        state.taken += 1;
        yield event;
      }
    } finally {
      state.isReturned = true;
    }
  };
  return { state, events: iterate() };
}

const textOf = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

test("what goes in comes out, in its order, in one write or more", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: "binary", minLength: 1 })), async (given) => {
      const writes = await Array.fromAsync(createSseStream(counted(given).events, QUIET));
      // A lone surrogate has no UTF-8 encoding; JSON.stringify never writes one.
      expect(Buffer.concat(writes).toString()).toBe(Buffer.from(given.join("")).toString());
      expect(writes.length).toBeLessThanOrEqual(given.length);
    }),
  );
});

test("no event is taken while the reader does not wait", async () => {
  const { state, events } = counted(Array.from({ length: 9 }, () => "x".repeat(40_000)));
  const reader = createSseStream(events, QUIET).getReader();
  await Promise.resolve();
  expect(state.taken).toBe(0);
  // No more is held than two of them.
  expect((await reader.read()).value).toHaveLength(80_000);
  await setImmediate();
  expect(state.taken).toBe(2);
  expect((await reader.read()).value).toHaveLength(80_000);
  await setImmediate();
  expect(state.taken).toBe(4);
  await reader.cancel();
  expect(state).toEqual({ taken: 4, isReturned: true });
});

test("what opens an answer and its first words go out in one write", async () => {
  const { promise: isRead, resolve: goOn } = Promise.withResolvers<void>();
  const events = (async function* () {
    yield "created ";
    yield "in progress ";
    yield "item ";
    yield "words";
    await isRead;
  })();
  const reader = createSseStream(events, QUIET).getReader();
  expect(textOf((await reader.read()).value)).toBe("created in progress item words");
  goOn();
  expect(await reader.read()).toMatchObject({ done: true });
});

test("what comes in a rush goes out together, the first of it and the last of it at once", async () => {
  const { promise: isRead, resolve: goOn } = Promise.withResolvers<void>();
  const events = (async function* () {
    for (let index = 0; index < 1_000; index += 1) {
      await setImmediate();
      yield `${index} `;
    }
    await isRead;
    yield "last";
  })();
  const reader = createSseStream(events, QUIET).getReader();
  const writes: string[] = [];
  while (!writes.join("").endsWith("999 ")) writes.push(textOf((await reader.read()).value));
  expect(writes[0]).toMatch(/^0 (1 )?$/);
  expect(writes.join("")).toBe(Array.from({ length: 1_000 }, (_, index) => `${index} `).join(""));
  expect(writes.length).toBeLessThan(500);
  goOn();
  expect(textOf((await reader.read()).value)).toBe("last");
  expect(await reader.read()).toMatchObject({ done: true });
});

async function* failing() {
  yield "a";
  yield "b";
  yield "c";
  throw new Error("broken");
}

test("a failure comes behind what was said before it", async () => {
  const told = createSseStream(failing(), { ...QUIET, tellFailure: (thrown) => String(thrown) });
  expect(Buffer.concat(await Array.fromAsync(told)).toString()).toBe("abcError: broken");
  await expect(Array.fromAsync(createSseStream(failing(), QUIET))).rejects.toThrow("broken");
});

test("a reader that leaves is told at once, even while nothing comes", async () => {
  const { promise: never, resolve } = Promise.withResolvers<void>();
  let isCancelled = false;
  const events = (async function* () {
    await never;
    yield "late";
  })();
  const reader = createSseStream(events, { ...QUIET, onCancel: () => (isCancelled = true) }).getReader();
  const reading = reader.read();
  const cancelling = reader.cancel();
  expect(isCancelled).toBe(true);
  expect(await reading).toMatchObject({ done: true });
  resolve();
  await cancelling;
});

test("comments fill the silence until an event comes", async () => {
  const { promise: isDue, resolve: go } = Promise.withResolvers<void>();
  const events = (async function* () {
    await isDue;
    yield "event";
  })();
  const reader = createSseStream(events, { ...QUIET, keepAliveMs: 5, isSilent: true }).getReader();
  const read = async () => new TextDecoder().decode((await reader.read()).value);
  expect(await read()).toBe(": keep-alive\n\n");
  expect(await read()).toBe(": keep-alive\n\n");
  expect(await read()).toBe(": keep-alive\n\n");
  go();
  const rest: string[] = [];
  while (rest.at(-1) !== "event") rest.push(await read());
  expect(await reader.read()).toMatchObject({ done: true });
});
