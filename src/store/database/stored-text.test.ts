import * as fc from "fast-check";
import { expect, test } from "vitest";

import { fromStoredJson, fromStoredText, toStoredJson, toStoredText } from "./stored-text.ts";

test("ordinary text stays readable", () => {
  expect(toStoredText("My trip – été 😀")).toBe("My trip – été 😀");
});

test("any text survives, in a form that every database takes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const stored = toStoredText(text);
      expect(fromStoredText(stored)).toBe(text);
      expect(stored.isWellFormed()).toBe(true);
      expect(stored).not.toContain("\0");
    }),
  );
});

test("different texts have different encodings", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (left, right) => {
      expect(toStoredText(left) === toStoredText(right)).toBe(left === right);
    }),
  );
  expect(toStoredText("\0")).not.toBe(toStoredText("\\u0000"));
});

test("JSON survives, in a form that every database takes", () => {
  const value = { text: "a\0b\u{D800}", list: [1, null, { deep: true }] };
  const stored = toStoredJson(value);
  expect(fromStoredJson(stored)).toEqual(value);
  expect(stored.isWellFormed()).toBe(true);
  expect(stored).not.toContain("\0");
});
