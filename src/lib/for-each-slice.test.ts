import { expect, test } from "vitest";

import { forEachSlice } from "./for-each-slice.ts";

const NEVER = new AbortController().signal;

test("takes items in order, waits for those that take a promise, and lets others run in between", async () => {
  const seen: number[] = [];
  let turns = 0;
  const ticker = setImmediate(function tick() {
    turns += 1;
    setImmediate(tick).unref();
  });
  const spend = (item: number) => {
    const until = performance.now() + 3;
    while (performance.now() < until);
    seen.push(item);
  };
  await forEachSlice(
    Array.from({ length: 20 }, (_, index) => index),
    (item) => (item % 5 === 0 ? Promise.resolve().then(() => spend(item)) : spend(item)),
    NEVER,
  );
  clearImmediate(ticker);
  expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index));
  expect(turns).toBeGreaterThan(2);
});

test("ends with the signal, and goes on to what is added meanwhile", async () => {
  const gone = new AbortController();
  gone.abort();
  await expect(forEachSlice([1], () => {}, gone.signal)).rejects.toThrow();
  const items = [0];
  await forEachSlice(items, (item) => void (item < 5 && items.push(item + 1)), NEVER);
  expect(items).toEqual([0, 1, 2, 3, 4, 5]);
});
