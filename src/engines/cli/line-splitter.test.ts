import * as fc from "fast-check";
import { expect, test } from "vitest";

import { LineSplitter } from "./line-splitter.ts";

/** The lines of these chunks. */
function linesOf(chunks: readonly Buffer[], maxBytes?: number): string[] {
  const splitter = new LineSplitter(maxBytes);
  return chunks.flatMap((chunk) => [...splitter.take(chunk)]);
}

/** The text in chunks that end at these places. */
function cut(text: string, places: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

test("lines come whole wherever they are cut, in the middle of a character too", () => {
  const line = fc.string({ unit: "grapheme", maxLength: 20 }).map((text) => text.replaceAll("\n", ""));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat()), (lines, places) => {
      const text = lines.map((each) => `${each}\n`).join("");
      expect(linesOf(cut(text, places))).toEqual(lines);
    }),
  );
});

test("what has no end yet is kept, and never told when it does not come", () => {
  expect(linesOf([Buffer.from("one\ntw"), Buffer.from("o\nthree")])).toEqual(["one", "two"]);
});

test("many megabytes in small pieces take no longer for each piece", () => {
  const piece = Buffer.alloc(64 * 1024, "x");
  const pieces = Array.from({ length: 800 }, () => piece);
  const lines = linesOf([...pieces, Buffer.from("\n")]);
  expect(lines.map((each) => each.length)).toEqual([800 * 64 * 1024]);
});

test("a line beyond the limit is an error, not memory", () => {
  expect(() => linesOf([Buffer.from("12345"), Buffer.from("6")], 5)).toThrow("without an end");
  expect(linesOf([Buffer.from("12345"), Buffer.from("\n12345\n")], 5)).toEqual(["12345", "12345"]);
});
