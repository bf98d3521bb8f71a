import { expect, test } from "vitest";

import { expectLinear } from "../../test/expect-linear.ts";
import { compileSchema } from "./compile-schema.ts";

const check = compileSchema({ type: "array", uniqueItems: true });

test.each([
  [[]],
  [[1, "1", true, null, [], {}, [1], ["1"], { a: 1 }, { a: "1" }]],
  [[{ a: 1, b: 2 }, { a: 1 }, { b: 2 }]],
  [[0, false, ""]],
])("%j are different", (items) => expect(check(items)).toBeUndefined());

test.each([
  [[1, 1]],
  [["a", "b", "a"]],
  [
    [
      { a: 1, b: { c: 2, d: 3 } },
      { b: { d: 3, c: 2 }, a: 1 },
    ],
  ],
  [[[{ a: [] }], [{ a: [] }]]],
  [[null, null]],
])("%j are not", (items) => expect(check(items)).toBe("the value must NOT have duplicate items"));

test("false asks for nothing", () => {
  expect(compileSchema({ uniqueItems: false })([1, 1])).toBeUndefined();
});

test("many items take time in proportion to their number", () => {
  expectLinear((size) => {
    const items = Array.from({ length: size }, (_, id) => ({ id, of: { name: `item ${id}` } }));
    return () => expect(check(items)).toBeUndefined();
  }, 1_500);
});
