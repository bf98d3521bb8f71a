import { assert, integer, property } from "fast-check";
import { expect, test } from "vitest";

import { compileSchema } from "./compile-schema.ts";
import { isMultipleOf } from "./is-multiple-of.ts";

test.each([
  [19.99, 0.01],
  [0.07, 0.01],
  [0.3, 0.1],
  [-4.35, 0.01],
  [0, 0.01],
  [1e300, 1e-300],
  [12, 3],
  [12, -3],
  [7.5, 2.5],
])("%d is a multiple of %d", (value, divisor) => {
  expect(isMultipleOf(value, divisor)).toBe(true);
});

test.each([
  [19.995, 0.01],
  [19.990000001, 0.01],
  [0.31, 0.1],
  [11, 5],
  [1, 0.3],
  [1, 1e300],
  [Infinity, 1],
])("%d is none of %d", (value, divisor) => {
  expect(isMultipleOf(value, divisor)).toBe(false);
});

test("every price is one of a cent", () => {
  assert(
    property(integer(), (cents) => {
      expect(isMultipleOf(cents / 100, 0.01)).toBe(true);
    }),
  );
});

test("a client's schema means it so", () => {
  const check = compileSchema({
    type: "object",
    properties: { price: { type: "number", multipleOf: 0.01 } },
  });
  expect(check({ price: 19.99 })).toBeUndefined();
  expect(check({ price: 19.999 })).toBe("/price must be multiple of 0.01");
  expect(check({ price: "free" })).toBe("/price must be number");
});
