import * as fc from "fast-check";
import { expect, test } from "vitest";

import { InputDecoder } from "./input-decoder.ts";

test("gives the text as it comes, in any pieces, never half a character", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", maxLength: 30 }),
      fc.boolean(),
      fc.array(fc.nat(200), { maxLength: 8 }),
      (input, isEscaped, cuts) => {
        const plain = JSON.stringify({ input });
        const json = isEscaped ? plain.replace(/[\u0080-\uffff]/g, escapeUnit) : plain;
        const edges = [0, ...cuts.filter((at) => at < json.length).toSorted((one, other) => one - other)];
        const decoder = new InputDecoder();
        const pieces = edges.map((edge, index) => decoder.add(json.slice(edge, edges[index + 1])));
        expect(pieces.join("")).toBe(input);
        for (const piece of pieces) expect(piece.isWellFormed()).toBe(true);
      },
    ),
  );
});

test("gives what is certain before the end", () => {
  const decoder = new InputDecoder();
  expect(decoder.add('{ "input" : "a\\n')).toBe("a\n");
  expect(decoder.add("b\\")).toBe("b");
  expect(decoder.add('"c')).toBe('"c');
});

test("leaves what it cannot read to the end", () => {
  const decoder = new InputDecoder();
  expect(decoder.add(`{"other": ${JSON.stringify("x".repeat(300))}, `)).toBe("");
  expect(decoder.add('"input": "a"}')).toBe("");
  expect(new InputDecoder().add('{"input": "a\\q"}')).toBe("a");
});

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
