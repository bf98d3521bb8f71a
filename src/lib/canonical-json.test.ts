import { isDeepStrictEqual } from "node:util";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { canonicalJson } from "./canonical-json.ts";

describe("one spelling", () => {
  test.each([
    [' { "b" : [ 1 , 2 ] ,\n "a" : null } ', '{"a":null,"b":[1,2]}'],
    ['{"b":{"d":1,"c":2},"a":[{"f":1,"e":2}]}', '{"a":[{"e":2,"f":1}],"b":{"c":2,"d":1}}'],
    ['"\\u0041\\/"', '"A/"'],
    ["1.0", "1"],
    ['{"a":1,"a":2}', '{"a":2}'],
    ['{"b":1,"__proto__":{"y":1,"x":2}}', '{"__proto__":{"x":2,"y":1},"b":1}'],
  ])("for %j", (text, canonical) => {
    expect(canonicalJson(text)).toBe(canonical);
  });

  test.each(["", " ", '{"a":1', "{'a':1}", "undefined", "hello"])("%j is no JSON and stays", (text) => {
    expect(canonicalJson(text)).toBe(text);
  });

  test("of what is nested too deeply to be written is the text itself", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    expect(canonicalJson(deep)).toBe(deep);
  });
});

test("two texts have one spelling when they mean the same, and only then", () => {
  const spaced = fc.tuple(fc.json({ maxDepth: 3 }), fc.nat({ max: 4 }));
  fc.assert(
    fc.property(spaced, fc.json({ maxDepth: 3 }), ([text, spaces], other) => {
      const value: unknown = JSON.parse(text);
      expect(canonicalJson(JSON.stringify(value, null, spaces))).toBe(canonicalJson(text));
      expect(JSON.parse(canonicalJson(text))).toEqual(JSON.parse(JSON.stringify(value)));
      const isSame = isDeepStrictEqual(JSON.parse(JSON.stringify(value)), JSON.parse(other));
      expect(canonicalJson(text) === canonicalJson(other)).toBe(isSame);
    }),
  );
});
