import { expect, test } from "vitest";

import { isLoopHeld } from "./is-loop-held.ts";
import { nextTick } from "./time.ts";

function workFor(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

test("a loop is held by promises that follow each other, until something else has had its turn", async () => {
  await nextTick();
  expect(isLoopHeld()).toBe(false);
  for (let piece = 0; piece < 12; piece += 1) {
    workFor(1);
    await Promise.resolve();
  }
  expect(isLoopHeld()).toBe(true);
  await nextTick();
  expect(isLoopHeld()).toBe(false);
});
