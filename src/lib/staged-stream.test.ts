import * as fc from "fast-check";
import { expect, test } from "vitest";

import { toBatches } from "./batch-stream.ts";
import { chainAll, type Stage } from "./stage.ts";
import { through } from "./staged-stream.ts";

const twice: Stage<string, string> = { of: (item) => [item, item] };
const drop = (unwanted: string): Stage<string, string> => ({
  of: (item) => (item === unwanted ? [] : [item]),
});
const ended = (mark: string): Stage<string, string> => ({ of: (item) => [item], end: () => [mark] });
/** Returns its items asynchronously. */
const slow: Stage<string, string> = {
  of: async (item) => {
    await Promise.resolve();
    return [item.toUpperCase()];
  },
};

/** Yields these items, then fails. */
async function* failing(...items: readonly string[]): AsyncGenerator<string> {
  yield* items;
  throw new Error("broken");
}

test("items pass stage by stage, and each stage has its last word after the one before", async () => {
  const stream = through(through(["a", "b"], ended("1")), drop("b"));
  expect(await Array.fromAsync(through(stream, ended("2")))).toEqual(["a", "1", "2"]);
});

test("a stage that waits keeps the order", async () => {
  expect(await Array.fromAsync(through(through(["a", "b"], twice), slow))).toEqual(["A", "A", "B", "B"]);
  expect(await Array.fromAsync(through(through(["a"], slow), ended("end")))).toEqual(["A", "end"]);
});

test("stages one by one are the same as one of all, however the stream is read before the last is added", async () => {
  const stages = fc.array(fc.constantFrom(twice, slow, drop("b"), ended("z")), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom("a", "b", "c")),
      stages,
      fc.nat(3),
      async (items, all, read) => {
        const whole = await Array.fromAsync(through(items, chainAll([...all, twice])));
        const stream = through(items, chainAll(all));
        const held: string[] = [];
        for (let count = 0; count < read; count += 1) held.push(...((await stream.nextBatch()) ?? []));
        // Nobody awaits it, as after a timeout.
        const isAskedFor = read % 2 === 1;
        if (isAskedFor) void stream.nextBatch();
        stream.putBack(held, isAskedFor);
        expect(await Array.fromAsync(through(stream, twice))).toEqual(whole);
      },
    ),
  );
});

test("a failure of the source is for the first stage that knows what to say, and those behind go on", async () => {
  const tells: Stage<string, string> = { of: (item) => [item], fail: (thrown) => [String(thrown)] };
  const stream = through(through(through(failing("a"), drop("x")), tells), ended("end"));
  expect(await Array.fromAsync(stream)).toEqual(["a", "Error: broken", "end"]);
  await expect(Array.fromAsync(through(failing("a"), twice))).rejects.toThrow("broken");
});

test("a stage that throws ends the stream and its source", async () => {
  let isClosed = false;
  const source = (async function* () {
    try {
      yield* ["a", "b"];
    } finally {
      isClosed = true;
    }
  })();
  const throwing: Stage<string, string> = {
    of: (item) => {
      if (item === "b") throw new Error("no b");
      return [item];
    },
    // This is not a failure of the source.
    fail: () => ["failed"],
  };
  const stream = through(source, throwing);
  expect(await stream.nextBatch()).toEqual(["a"]);
  await expect(stream.nextBatch()).rejects.toThrow("no b");
  expect(isClosed).toBe(true);
});

test.each([
  ["ends", ["a"], 5],
  ["is left", ["a", "b", "c"], 1],
])("a stage hears when the stream is over: when it %s", async (_, items, reads) => {
  let isOver = false;
  const stream = through(through(items, { of: (item) => [item], close: () => (isOver = true) }), twice);
  for (let count = 0; count < reads; count += 1) await stream.nextBatch();
  expect(isOver).toBe(reads > items.length);
  await stream.return();
  expect(isOver).toBe(true);
});

test("what its source is by the batch it is too", async () => {
  const batches = toBatches(["a"]);
  batches.putBack(["x", "y"]);
  expect(await through(batches, twice).nextBatch()).toEqual(["x", "x", "y", "y"]);
});
