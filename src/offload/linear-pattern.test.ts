import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { expectLinear } from "../../test/expect-linear.ts";
import { linearPattern } from "./linear-pattern.ts";

describe("a linear pattern means what ECMAScript's means", () => {
  const atoms = fc.constantFrom(
    " ",
    ...String.raw`a B 0 _ - é 😀 \. \/ \- \n \t \0 \x41 \u00e9 \u{1F600} \cA . \d \D \w \W \s \S [a-c] [^a-c]
      [\d_-] [^\s] [\S] [\]\[] [[:a:] [.] [^] [] \p{Lu} \P{L} [\p{Nd}x] \p{Script=Greek} \b \B ^ $ \^ \$ \{ (?:)`.split(
      /\s+/,
    ),
  );
  const pattern = fc.letrec<{ pattern: string }>((tie) => ({
    pattern: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      atoms,
      fc.tuple(tie("pattern"), tie("pattern")).map((parts) => parts.join("")),
      fc.tuple(tie("pattern"), tie("pattern")).map((parts) => `(?:${parts.join("|")})`),
      fc
        .tuple(tie("pattern"), fc.constantFrom("*", "+", "?", "*?", "{2}", "{1,3}", "{0,}"))
        .map(([inner, quantifier]) => `(${inner})${quantifier}`),
      tie("pattern").map((inner) => `(?<n${inner.length}>${inner})`),
    ),
  })).pattern;
  const text = fc.string({
    unit: fc.constantFrom(..." abB09_-./\n\r\u2028\0\u0001\u00a0\ufefféÉα😀[]^${:A"),
    maxLength: 6,
  });

  test.each(["u", ""])("with the flags %j", (flags) => {
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 5 }), (source, texts) => {
        const expected = tryCompile(source, flags);
        fc.pre(expected !== undefined);
        const linear = linearPattern(source, flags);
        // Without `u`, a character beyond the BMP is two characters; here it is always one.
        fc.pre(linear !== undefined && (flags === "u" || !/[^\0-\uffff]/u.test(source + texts.join(""))));
        for (const each of texts)
          expect([source, each, linear?.test(each)]).toEqual([source, each, expected?.test(each)]);
      }),
      { numRuns: 500 },
    );
  });
});

function tryCompile(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

test.each(["(?=a)b", "(?<!a)b", "(a)\\1", "(?<x>a)\\k<x>", "a{1001}", "\\p{Emoji}", "(?i:a)", "(", "["])(
  "%s cannot be expressed",
  (source) => expect(linearPattern(source, "u")).toBeUndefined(),
);

describe("takes time in proportion to the text", () => {
  // In a backtracking engine, each of these runs practically forever.
  test.each([
    ["^(a+)+$", "a"],
    ["^(a|a)*$", "a"],
    ["^(.*a){12}$", "a"],
    ["(x+x+)+y", "x"],
    ["^(\\w+\\s?)*$", "w"],
    ["^([a-z0-9.-]+)+@([a-z]+\\.)+$", "a"],
    ["^(([a-z])+.)+[A-Z]([a-z])+$", "a"],
    ["\\s+$", " "],
  ])("%s", (source, unit) => {
    const pattern = linearPattern(source, "u");
    expectLinear((size) => {
      const text = `${unit.repeat(size)}\0`;
      return () => expect(pattern?.test(text)).toBe(false);
    }, 20_000);
  });
});
