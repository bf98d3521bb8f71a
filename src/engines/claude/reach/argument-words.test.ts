import { expect, test } from "vitest";

import { expectLinear } from "../../../../test/expect-linear.ts";
import { argumentWords } from "./argument-words.ts";

test.each([
  ["li''nk", "link"],
  ['li"n"k', "link"],
  ["li\\nk", "link"],
  ['it\'s li"n"k', "link"],
  ["in 'my \"own\" folder'", 'my "own" folder'],
  ["a;link", "link"],
  ["a<link|b", "link"],
  ['one" two"/three', "one two/three"],
  ["one\\ two/three", "one two/three"],
  ["link#L1-2", "link"],
  ["(link), please", "link"],
])("%s may name %s", (text, word) => {
  expect([...argumentWords(text)]).toContain(word);
});

test.each(["'", '"', "\\", "'\\", "\"'", "a ", "a\"b'"])(
  "long arguments cost time in proportion to their length: %j",
  (part) => {
    expectLinear((size) => {
      const text = part.repeat(size);
      return () => argumentWords(text);
    }, 2_000);
  },
);
