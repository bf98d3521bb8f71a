import { array, assert, asyncProperty, constantFrom, integer, jsonValue } from "fast-check";
import { describe, expect, test } from "vitest";

import { parseJson } from "./parse-json.ts";

/** No slice may be smaller than an escape plus a character. */
const SIZES = integer({ min: 12, max: 40 });

async function outcomeOf(parse: () => unknown): Promise<unknown> {
  try {
    return { value: await parse() };
  } catch (error) {
    return { error: error instanceof SyntaxError };
  }
}

/** Parsed in slices of this size, a text gives the same value as in one piece. */
async function expectSame(text: string, size: number): Promise<void> {
  const apart = await outcomeOf(() => parseJson(Buffer.from(text), size));
  expect(apart).toEqual(await outcomeOf((): unknown => JSON.parse(text)));
}

describe("parseJson makes of a text what JSON.parse makes of it", () => {
  test("whatever it says", async () => {
    const value = jsonValue({ stringUnit: "binary", maxDepth: 5 });
    await assert(
      asyncProperty(value, SIZES, constantFrom("", "  ", "\t"), async (given, size, indent) => {
        await expectSame(JSON.stringify(given, undefined, indent), size);
      }),
    );
  });

  test("however its texts are escaped", async () => {
    const piece = constantFrom(
      "\\\\",
      "\\n",
      "\\u00e9",
      "\\ud83d\\ude00",
      '\\"',
      "é",
      "😀",
      "a",
      "\uFEFF",
      "bcdefgh",
    );
    await assert(
      asyncProperty(array(piece, { maxLength: 60 }), SIZES, async (pieces, size) => {
        await expectSame(`{"a":["${pieces.join("")}"]}`, size);
      }),
    );
  });

  test("where a piece begins behind an escape", async () => {
    for (let size = 1; size < 8; size += 1) await expectSame(String.raw`"\true \u00e9u\\u"`, size);
  });

  test("when it is broken", async () => {
    const token = constantFrom("[", "]", "{", "}", ",", ":", '"', '"a"', "1", "true", " ", "\\", "\n", "x");
    await assert(
      asyncProperty(array(token, { maxLength: 40 }), integer({ min: 1, max: 20 }), (tokens, size) =>
        expectSame(tokens.join(""), size),
      ),
      { numRuns: 2_000 },
    );
  });

  test.each([
    '{"__proto__":{"a":1},"b":2}',
    '{"a":1,"a":[2,3,4,5]}',
    "[ ]",
    "{ }",
    "[,]",
    "[1,]",
    '{"a":1,}',
    '"ab',
    '"\\"a"',
    '"\\u00e9\\\\\\n"',
    '"\\u00"',
  ])("%s", async (text) => {
    for (const size of [1, 3, 8]) await expectSame(text, size);
  });

  test("also behind a byte order mark", async () => {
    expect(await parseJson(Buffer.from('\uFEFF{"a":[1]}'), 2)).toEqual({ a: [1] });
  });
});

test("what is not UTF-8 is told apart, wherever it stands", async () => {
  const body = Buffer.concat([
    Buffer.from('{"a":["xxxxxxxxxx'),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('"]}'),
  ]);
  for (const size of [1, 5, 100]) await expect(parseJson(body, size)).rejects.toThrow(TypeError);
});

test("others have their turn while a large one is read", async () => {
  const body = Buffer.from(
    JSON.stringify({ data: "x".repeat(20_000_000), list: Array.from({ length: 16_000 }, () => ({ a: 1 })) }),
  );
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  await parseJson(body);
  isDone = true;
  expect(turns).toBeGreaterThan(5);
});
