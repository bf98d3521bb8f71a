import { expect, test } from "vitest";

import { Memo } from "./memo.ts";

test("a result is made once, as long as it is in use", () => {
  const memo = new Memo<string>(2);
  const made: string[] = [];
  const get = (key: string) =>
    memo.get(key, () => {
      made.push(key);
      return `result of ${key}`;
    });
  expect([get("a"), get("b"), get("a")]).toEqual(["result of a", "result of b", "result of a"]);
  get("c");
  get("a");
  get("b");
  expect(made).toEqual(["a", "b", "c", "b"]);
});
