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

test("what goes in comes out, one write per event", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: "binary", minLength: 1 })), async (given) => {
      const writes = await Array.fromAsync(createSseStream(counted(given).events, QUIET));
      // A lone surrogate has no UTF-8 encoding; JSON.stringify never writes one.
      expect(writes.map((bytes) => new TextDecoder().decode(bytes))).toEqual(
        given.map((text) =>
          new TextDecoder("utf-8", { ignoreBOM: false }).decode(new TextEncoder().encode(text)),
        ),
      );
    }),
  );
});

test("no event is taken before the reader asks for it", async () => {
  const { state, events } = counted(["a", "b", "c"]);
  const reader = createSseStream(events, QUIET).getReader();
  await Promise.resolve();
  expect(state.taken).toBe(0);
  await reader.read();
  await reader.read();
  expect(state.taken).toBe(2);
  await reader.cancel();
  expect(state).toEqual({ taken: 2, isReturned: true });
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
