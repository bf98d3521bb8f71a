import { array, assert, constantFrom, jsonValue, nat, property, string, tuple } from "fast-check";
import { describe, expect, test } from "vitest";

import { JsonCutter } from "./json-cutter.ts";
import { allowedKinds, type JsonKind } from "./json-kind.ts";
import { expectWithin } from "../../../test/machine-speed.ts";

const OBJECT: readonly JsonKind[] = ["object"];
const ANY = [...allowedKinds({})];

function cut(pieces: readonly string[], kinds: readonly JsonKind[] = OBJECT): string {
  const cutter = new JsonCutter(new Set(kinds));
  return pieces.map((piece) => cutter.push(piece)).join("");
}

/** Splits the text into pieces of these lengths, and the rest. */
function split(text: string, sizes: readonly number[]): string[] {
  const pieces: string[] = [];
  let rest = text;
  for (const size of sizes) {
    pieces.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return [...pieces, rest];
}

describe("an object", () => {
  test.each([
    ["as it is", '{"a":1}', '{"a":1}'],
    ["with white space around it", '\n {"a": 1}\n', '{"a": 1}'],
    ["in a code fence", '```json\n{\n  "a": 1\n}\n```', '{\n  "a": 1\n}'],
    ["after words, before words", 'Here it is: {"a":1}. Enjoy {it}!', '{"a":1}'],
    ["with braces and quotes in strings", '{"a":"}{\\"}","b\\\\":"{"}x', '{"a":"}{\\"}","b\\\\":"{"}'],
    ["nested", '{"a":{"b":[{}]}}}', '{"a":{"b":[{}]}}'],
    ["empty, with white space in it", "{ \n }", "{ \n }"],
    ["after braces that open none", 'The {name} and {{ "a":1}', '{ "a":1}'],
    ["of two the first", '{"a":1}\n{"b":2}', '{"a":1}'],
    ["that is not complete", '{"a":[1', '{"a":[1'],
    ["that is none", "I cannot do that.", ""],
    ["when the answer is a list", '[{"a":1},{"b":2}]', '[{"a":1},{"b":2}]'],
  ])("%s", (_, text, expected) => {
    expect(cut([text])).toBe(expected);
    expect(cut(text.split(""))).toBe(expected);
  });
});

describe("any value", () => {
  test.each([
    ["list", "Sure:\n[1, [2]]\nDone", "[1, [2]]"],
    ["string", '"a \\" b" and more', '"a \\" b"'],
    ["string in a fence", '```json\n"a"\n```', '"a"'],
    ["string in a fence after words", 'Here:\n```\n"a"\n```', '"a"'],
    ["number", " -12.5e+3\n", "-12.5e+3"],
    ["number in a fence", "```\n7\n```", "7"],
    ["true", "true, I think", "true"],
    ["null", "null\n", "null"],
    ["word that is none", "no, there are 3 of them.", "no"],
    ["string in words", 'It is "a".', ""],
  ])("%s", (_, text, expected) => {
    expect(cut([text], ANY)).toBe(expected);
    expect(cut(text.split(""), ANY)).toBe(expected);
  });

  test("after a tool call a text begins anew", () => {
    const cutter = new JsonCutter(new Set(ANY));
    expect(cutter.push("Let me look {")).toBe("");
    cutter.breakText();
    expect(cutter.push("\n\n42")).toBe("42");
  });
});

describe("properties", () => {
  const sizes = array(nat(5));

  test("a value comes out as it went in, whatever stands around it and however it is split", () => {
    const before = constantFrom("", " \n", "```json\n", "Here you are:\n\n", "{x} or [Note] or {{");
    const after = constantFrom("", "\n", "\n```", "\n} That's {all}", ' {"more": 1}');
    const objects = jsonValue().map((value) => JSON.stringify({ value }));
    const pretty = jsonValue().map((value) => JSON.stringify({ value, "}": "\\" }, undefined, 2));
    for (const json of [objects, pretty]) {
      assert(
        property(tuple(before, json, after), sizes, ([lead, value, trail], cuts) => {
          expect(cut(split(lead + value + trail, cuts))).toBe(value);
        }),
      );
    }
  });

  test("values of every kind come out of a code fence", () => {
    assert(
      property(jsonValue(), sizes, (value, cuts) => {
        const text = JSON.stringify(value);
        expect(cut(split(`\`\`\`json\n${text}\n\`\`\``, cuts), ANY)).toBe(text);
      }),
    );
  });

  test("any split of any text gives what the whole text gives", () => {
    const texts = string({
      unit: constantFrom("{", "}", "[", "]", '"', "\\", "a", " ", "\n", "`", "1", "t"),
      maxLength: 40,
    });
    for (const kinds of [OBJECT, ANY]) {
      assert(
        property(texts, sizes, (text, cuts) => {
          expect(cut(split(text, cuts), kinds)).toBe(cut([text], kinds));
        }),
        { numRuns: 500 },
      );
    }
  });

  test("a long answer takes no time", () => {
    // The processor's time: beside other tests the clock tells nothing.
    const before = process.cpuUsage();
    expect(cut(Array.from({ length: 200_000 }, () => "{ "))).toBe("");
    expect(cut(['{"a":"', ...Array.from({ length: 200_000 }, () => "{["), '"}'])).toHaveLength(400_008);
    expectWithin(process.cpuUsage(before).user / 1_000, 2_000);
  });
});
