import * as fc from "fast-check";
import { expect, test } from "vitest";

import {
  AnswerTexts,
  isGluedMessageId,
  joinAnswerTexts,
  messageIdPrefix,
  type ItemText,
} from "./answer-texts.ts";

/** The texts of the items; each item is given as the pieces in which its text arrives. */
function cut(stretches: readonly (readonly string[])[]): readonly ItemText[] {
  const texts = new AnswerTexts();
  return stretches.flatMap((pieces) => {
    texts.begin();
    const shown = [...pieces.map((piece) => texts.add(piece)), texts.end()].filter(
      (each) => each !== undefined,
    );
    const [first] = shown;
    return first ? [{ isGlued: first.isGlued, text: shown.map(({ text }) => text).join("") }] : [];
  });
}

test.each<[string, string[][], ItemText[]]>([
  [
    "the blank line before a new paragraph is left out",
    [["One."], ["\n\nTwo."]],
    [plain("One."), plain("Two.")],
  ],
  ["however it is cut", [["One."], ["\n", "\n", "Two."]], [plain("One."), plain("Two.")]],
  ["one blank line of several", [["One."], ["\n\n\nTwo."]], [plain("One."), plain("\nTwo.")]],
  ["nothing after a line's end", [["One.\n"], ["Two."]], [plain("One.\n"), plain("Two.")]],
  ["the first item keeps what it begins with", [["\n\nOne."]], [plain("\n\nOne.")]],
  ["what goes on without a blank line says so", [["One"], [" two."]], [plain("One"), glued(" two.")]],
  ["a line break that is all there is", [["One."], ["\n"]], [plain("One."), glued("\n")]],
  ["an item without text says nothing", [["One."], [], ["\n\nTwo."]], [plain("One."), plain("Two.")]],
])("%s", (_, stretches, expected) => {
  expect(cut(stretches)).toEqual(expected);
  expect(joinAnswerTexts(expected)).toBe(stretches.flat().join(""));
});

test("joined, the texts of the items are the whole text", () => {
  const piece = fc.string({ unit: fc.constantFrom("\n", "a", " "), maxLength: 4 });
  fc.assert(
    fc.property(fc.array(fc.array(piece, { maxLength: 4 }), { maxLength: 5 }), (stretches) => {
      expect(joinAnswerTexts(cut(stretches))).toBe(stretches.flat().join(""));
    }),
  );
});

test("a message's id tells whether it goes on without a blank line", () => {
  expect(isGluedMessageId(`${messageIdPrefix(true)}_abc_0`)).toBe(true);
  expect(isGluedMessageId(`${messageIdPrefix(false)}_abc_0`)).toBe(false);
  expect(isGluedMessageId(undefined)).toBe(false);
});

function plain(text: string): ItemText {
  return { text, isGlued: false };
}

function glued(text: string): ItemText {
  return { text, isGlued: true };
}
