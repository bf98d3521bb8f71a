import { expect, test } from "vitest";

import { KeyedLock } from "./keyed-lock.ts";

test("tasks of one key run one after the other, also after a failure; those of another key do not wait", async () => {
  const lock = new KeyedLock();
  const log: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = lock.run("a", async () => {
    log.push("first");
    await gate.promise;
    throw new Error("failed");
  });
  const second = lock.run("a", async () => void log.push("second"));
  await lock.run("b", async () => void log.push("other"));
  expect(log).toEqual(["first", "other"]);
  gate.resolve();
  await expect(first).rejects.toThrow("failed");
  await second;
  expect(await lock.run("a", async () => "third")).toBe("third");
  expect(log).toEqual(["first", "other", "second"]);
});
