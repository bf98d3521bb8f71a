import * as fc from "fast-check";
import { expect, test } from "vitest";

import { wrapText } from "./wrap-text.ts";

test("breaks between words; a word that is too long stands alone", () => {
  expect(wrapText("one two three incomprehensibilities four", 9)).toEqual([
    "one two",
    "three",
    "incomprehensibilities",
    "four",
  ]);
});

test("no word is lost", () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^\S+$/), { minLength: 1 }),
      fc.integer({ min: 1, max: 40 }),
      (words, width) => {
        expect(wrapText(words.join(" "), width).join(" ")).toBe(words.join(" "));
      },
    ),
  );
});
