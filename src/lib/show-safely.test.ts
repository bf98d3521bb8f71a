import * as fc from "fast-check";
import { expect, test } from "vitest";

import { showSafely } from "./show-safely.ts";

test.each([
  ["plain text, Ümläute, 漢字 and 🙂", "plain text, Ümläute, 漢字 and 🙂"],
  ["a\nb\r\tc", "a\\nb\\r\\tc"],
  ["\u{1b}[2J\u{1b}]0;title\u{7}", "\\u001b[2J\\u001b]0;title\\u0007"],
  ["\u{9b}31m\u{7f}", "\\u009b31m\\u007f"],
  ["safe\u{202e}txt.exe\u{2066}", "safe\\u202etxt.exe\\u2066"],
  ["in\u{200b}visible\u{2028}", "in\\u200bvisible\\u2028"],
  ["\u{e0041}", "\\udb40\\udc41"],
  ["\u{d800}", "\\ud800"],
])("%j is shown as %s", (text, shown) => {
  expect(showSafely(text)).toBe(shown);
});

const anyText = fc.string({ unit: "binary", maxLength: 200 });

test("whatever it is given, nothing that the terminal obeys comes out", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(showSafely(text)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test("JSON stays the same JSON", () => {
  fc.assert(
    fc.property(fc.dictionary(anyText, anyText), (value) => {
      expect(JSON.parse(showSafely(JSON.stringify(value)))).toEqual(value);
    }),
  );
});
