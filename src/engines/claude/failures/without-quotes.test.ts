import { expect, test } from "vitest";

import { expectWithin } from "../../../../test/machine-speed.ts";
import { withoutQuotes } from "./without-quotes.ts";

const SAID = [
  "You are a pirate who answers in rhymes.",
  { role: "user", content: "Where is the treasure of the black island?" },
  {
    role: "assistant",
    content: [{ type: "tool_use", name: "dig", input: { where: { at: ["under the old palm"] } } }],
  },
  {
    role: "user",
    content: [{ type: "tool_result", content: [{ type: "text", text: "Nothing but sand." }] }],
  },
];

test.each([
  ["Too many tokens in this request.", "Too many tokens in this request."],
  ['Bad request: "Where is the treasure of the black island?" is refused', 'Bad request: "[…]" is refused'],
  ["the treasure of the black island", "[…]"],
  [
    '{"error":"blocked","input":"under the old palm"} (Nothing but sand.)',
    '{"error":"blocked","input":"[…]"} ([…])',
  ],
  ["no: answers in rhymes", "no:[…]"],
  ["a pirate", "a pirate"],
  ["", ""],
])("%s", (reason, told) => {
  expect(withoutQuotes(SAID)(reason)).toBe(told);
});

test("finds a quotation wherever it begins", () => {
  const quoted = "black island";
  for (let before = 0; before < 12; before += 1) {
    const told = withoutQuotes(SAID)(`${"#".repeat(before)}${quoted}#`);
    expect(told).toBe(`${"#".repeat(before)}[…]#`);
  }
});

test("looks at the last of a long conversation, and at the beginning of a long reason, in little time", () => {
  const long = Array.from({ length: 2_000 }, (_, index) => ({
    content: `message ${index} ${"aaaaaaaaaa ".repeat(100)}`,
  }));
  const startedAt = performance.now();
  const told = withoutQuotes(long)(`message 1999 aaaaaaaaaa; ${"aaaab ".repeat(1_000)}`);
  expectWithin(performance.now() - startedAt, 1_000);
  expect(told).toMatch(/^\[…\]; aaaab /);
  expect(told.length).toBeLessThan(1_010);
});
