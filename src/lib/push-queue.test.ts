import { expect, test } from "vitest";

import { PushQueue } from "./push-queue.ts";

test("gives what was pushed in order, before and after the reader asked, then the end", async () => {
  const queue = new PushQueue<number>();
  queue.push(0);
  queue.push(1);
  const read: number[] = [];
  const reading = (async () => {
    for await (const item of queue) {
      read.push(item);
      if (item === 1) queue.push(2);
      if (item === 2) queue.end();
    }
  })();
  await reading;
  expect(read).toEqual([0, 1, 2]);
});

test("wakes a reader that waits", async () => {
  const queue = new PushQueue<string>();
  const next = queue.next();
  queue.push("hello");
  expect(await next).toEqual({ value: "hello", done: false });
});

test("ends a reader that waits, and what is pushed afterwards is dropped", async () => {
  const queue = new PushQueue<string>();
  const next = queue.next();
  queue.end();
  queue.push("late");
  expect(await next).toEqual({ value: undefined, done: true });
  expect(await queue.next()).toEqual({ value: undefined, done: true });
});

test("what was pushed before the end is still read", async () => {
  const queue = new PushQueue<string>();
  queue.push("last words");
  queue.end();
  expect(await Array.fromAsync(queue)).toEqual(["last words"]);
});

test("a reader that leaves ends it", async () => {
  const queue = new PushQueue<number>();
  queue.push(1);
  for await (const item of queue) {
    expect(item).toBe(1);
    break;
  }
  queue.push(2);
  expect(await queue.next()).toEqual({ value: undefined, done: true });
});
