import { expect, test } from "vitest";

import { AnswerText } from "./answer-text.ts";

/** What the client reads when the model says these texts, call by call. */
function read(calls: readonly (readonly string[])[]): string {
  const answer = new AnswerText();
  let said = "";
  for (const texts of calls) {
    answer.callStarted();
    for (const text of texts) for (const delta of answer.add(text)) said += delta.text;
    answer.blockEnded();
  }
  return said;
}

test.each<[string, readonly (readonly string[])[], string]>([
  ["pieces of one call stay together", [["Hel", "lo"]], "Hello"],
  ["what is said after a tool call is a new paragraph", [["I look."], ["Seen."]], "I look.\n\nSeen."],
  ["a text that ends its line has its own break", [["I look.\n"], ["Seen."]], "I look.\nSeen."],
  ["calls without a text make no paragraph", [[], ["Seen."], [], [""], ["Done."]], "Seen.\n\nDone."],
])("%s", (_, calls, expected) => {
  expect(read(calls)).toBe(expected);
});

test("a block is open from its first letter to its end", () => {
  const answer = new AnswerText();
  answer.callStarted();
  Array.from(answer.add(""));
  expect([answer.isOpen, answer.hasTextInCall]).toEqual([false, false]);
  Array.from(answer.add("a"));
  expect([answer.isOpen, answer.hasTextInCall]).toEqual([true, true]);
  answer.blockEnded();
  expect([answer.isOpen, answer.hasTextInCall]).toEqual([false, true]);
  answer.callStarted();
  expect(answer.hasTextInCall).toBe(false);
});
