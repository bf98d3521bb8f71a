import { expect, onTestFinished, test } from "vitest";

import { abortable } from "./abortable.ts";
import { nextTick } from "./time.ts";

test("resolves with what the promise resolves with, and rejects with the reason of an abort that comes first", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const aborting = new AbortController();
  const [first, second] = [abortable(promise, AbortSignal.any([])), abortable(promise, aborting.signal)];
  aborting.abort(new Error("Enough."));
  await expect(second).rejects.toThrow("Enough.");
  resolve("done");
  expect(await first).toBe("done");
});

test("what fails after an abort fails for nobody, also where the abort came before", async () => {
  const unheard: unknown[] = [];
  const listen = (reason: unknown) => void unheard.push(reason);
  process.on("unhandledRejection", listen);
  onTestFinished(() => void process.off("unhandledRejection", listen));
  const { promise, reject } = Promise.withResolvers<never>();
  await expect(abortable(promise, AbortSignal.abort(new Error("Before.")))).rejects.toThrow("Before.");
  reject(new Error("Too late."));
  await nextTick();
  await nextTick();
  expect(unheard).toEqual([]);
});
