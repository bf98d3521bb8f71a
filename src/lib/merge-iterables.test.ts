import * as fc from "fast-check";
import { expect, test } from "vitest";

import { mergeIterables } from "./merge-iterables.ts";
import { nextTick } from "./time.ts";

/** What has happened to a source. */
interface Source {
  readonly items: AsyncIterable<string>;
  readonly counts: { readonly taken: number; readonly endings: number };
}

function source(name: string, count: number, waits: readonly number[] = []): Source {
  const counts = { taken: 0, endings: 0 };
  const items = (async function* () {
    try {
      while (counts.taken < count) {
        const pause = waits[counts.taken % waits.length] ?? 0;
        for (let wait = 0; wait < pause; wait += 1) await Promise.resolve();
        counts.taken += 1;
        yield `${name}${counts.taken}`;
      }
    } finally {
      counts.endings += 1;
    }
  })();
  return { items, counts };
}

test("everything comes, each source in its own order, and each source ends once", async () => {
  const someSource = fc.record({ count: fc.nat(20), waits: fc.array(fc.nat(5)) });
  await fc.assert(
    fc.asyncProperty(fc.array(someSource, { maxLength: 6 }), async (given) => {
      const sources = given.map(({ count, waits }, index) => source(`${index}:`, count, waits));
      const merged = await Array.fromAsync(mergeIterables(sources.map((each) => each.items)));
      given.forEach(({ count }, index) => {
        expect(merged.filter((item) => item.startsWith(`${index}:`))).toEqual(
          Array.from({ length: count }, (_, at) => `${index}:${at + 1}`),
        );
      });
      expect(merged).toHaveLength(given.reduce((sum, { count }) => sum + count, 0));
      expect(sources.every((each) => each.counts.endings === 1)).toBe(true);
    }),
  );
});

test("a reader that leaves ends every source, wherever it leaves", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.nat(20), async (count, leaveAfter) => {
      const sources = Array.from({ length: count }, (_, index) => source(`${index}:`, Infinity));
      let seen = 0;
      for await (const _ of mergeIterables(sources.map((each) => each.items))) {
        seen += 1;
        if (seen > leaveAfter) break;
      }
      expect(sources.map((each) => each.counts.endings)).toEqual(sources.map(() => 1));
    }),
  );
});

test("a source that throws ends the others and is heard", async () => {
  const other = source("other", Infinity);
  const failing = (async function* () {
    yield "first";
    await Promise.resolve();
    throw new Error("broken");
  })();
  await expect(Array.fromAsync(mergeIterables([other.items, failing]))).rejects.toThrow("broken");
  expect(other.counts.endings).toBe(1);
});

test("a reader that does not read stops all sources after one item each", async () => {
  const sources = [source("a", Infinity), source("b", Infinity), source("c", Infinity)];
  const merged = mergeIterables(sources.map((each) => each.items));
  expect(sources.map((each) => each.counts.taken)).toEqual([0, 0, 0]);
  await merged.next();
  await nextTick();
  expect(sources.every((each) => each.counts.taken <= 2)).toBe(true);
  await merged.return();
});

test("a slow source does not hold up the others, nor a fast one the slow", async () => {
  const { promise: isDue, resolve: go } = Promise.withResolvers<void>();
  const slow = (async function* () {
    await isDue;
    yield "slow";
  })();
  const fast = source("fast", Infinity);
  const merged = mergeIterables([slow, fast.items]);
  for (let index = 0; index < 100; index += 1) expect((await merged.next()).value).toMatch("fast");
  go();
  await nextTick();
  const next = [await merged.next(), await merged.next(), await merged.next()].map(({ value }) => value);
  expect(next).toContain("slow");
  await merged.return();
});
