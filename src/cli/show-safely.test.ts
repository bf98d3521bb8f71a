import * as fc from "fast-check";
import { expect, test } from "vitest";

import { showSafely, showShortened } from "./show-safely.ts";

test.each([
  ["plain text, Ümläute, 漢字 and 🙂", "plain text, Ümläute, 漢字 and 🙂"],
  ["a\nb\r\tc", "a\\nb\\r\\tc"],
  ["\u{1b}[2J\u{1b}]0;title\u{7}", "\\u{1b}[2J\\u{1b}]0;title\\u{7}"],
  ["\u{9b}31m", "\\u{9b}31m"],
  ["safe\u{202e}txt.exe", "safe\\u{202e}txt.exe"],
  ["in\u{200b}visible\u{2028}", "in\\u{200b}visible\\u{2028}"],
  ["\u{e0041}", "\\u{e0041}"],
  ["\u{d800}", "\\u{d800}"],
])("%j is shown as %s", (text, shown) => {
  expect(showSafely(text)).toBe(shown);
});

test("a long text shows both its ends, and how much is between them", () => {
  const text = `${"a".repeat(600)}${"b".repeat(10_000)}${"c".repeat(300)}`;
  expect(showShortened(text, 900)).toBe(`${"a".repeat(600)} [… 10000 more characters …] ${"c".repeat(300)}`);
  expect(showShortened("short\n", 900)).toBe("short\\n");
});

test("whatever a tool is given, nothing that the terminal obeys comes out", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.integer({ min: 3, max: 100 }),
      (text, max) => {
        expect(showShortened(text, max)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      },
    ),
  );
});
