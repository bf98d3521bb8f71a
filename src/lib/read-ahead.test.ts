import { expect, test } from "vitest";

import { readAhead } from "./read-ahead.ts";
import { nextTick } from "./time.ts";

async function* count(log: string[]): AsyncGenerator<number, void, undefined> {
  try {
    log.push("begun");
    yield 1;
    yield 2;
  } finally {
    log.push("ended");
  }
}

test("work begins before anybody reads, and every item comes once", async () => {
  const log: string[] = [];
  const items = readAhead(count(log));
  expect(log).toEqual(["begun"]);
  expect(await Array.fromAsync(items)).toEqual([1, 2]);
  expect(log).toEqual(["begun", "ended"]);
});

test("who never reads, or leaves early, ends it", async () => {
  const unread: string[] = [];
  await readAhead(count(unread)).return();
  expect(unread).toEqual(["begun", "ended"]);
  const left: string[] = [];
  for await (const _ of readAhead(count(left))) break;
  expect(left).toEqual(["begun", "ended"]);
});

test("a failure waits until it is asked for", async () => {
  const items = readAhead(
    // oxlint-disable-next-line require-yield -- it fails before its first item
    (async function* (): AsyncGenerator<number, void, undefined> {
      throw new Error("broken");
    })(),
  );
  await nextTick();
  await expect(items.next()).rejects.toThrow("broken");
});
