import { describe, expect, test } from "vitest";

import { imageBlock, imagePart, pdfBlock, pdfPart, pngOf } from "../../../../test/engine/media-fixtures.ts";
import type { AnswerPart, InputPart, ToolResultPart } from "../../../core/words/message.ts";
import {
  parseArguments,
  thinkingModelOf,
  toAnswerBlocks,
  toInputBlock,
  toToolResultBlock,
} from "./content-blocks.ts";

const text = (said: string) => ({ type: "text", text: said }) as const;
const PICTURE = pngOf(4, 4);

test.each<[InputPart, unknown]>([
  [text(""), { type: "text", text: "" }],
  [imagePart(PICTURE), imageBlock(PICTURE)],
  [pdfPart("a.pdf"), pdfBlock("a.pdf")],
])("a part becomes a block of its kind", (part, block) => {
  expect(toInputBlock(part)).toEqual(block);
});

const result = (content: readonly InputPart[], more: Partial<ToolResultPart> = {}) =>
  toToolResultBlock({ type: "tool-result", callId: "call_1", content, ...more });

const call = (callArguments: string): AnswerPart => ({
  type: "tool-call",
  callId: "call_1",
  name: "look",
  arguments: callArguments,
});

describe("a tool's result", () => {
  test.each<[string, readonly InputPart[], unknown]>([
    ["of one text is a string, as most tools give it", [text("22 degrees")], "22 degrees"],
    ["of several texts keeps them apart", [text("one"), text("two")], [text("one"), text("two")]],
    ["of nothing is empty", [], ""],
    ["of an empty text is empty", [text("")], ""],
    ["of white space keeps it", [text(" ")], " "],
    ["leaves empty texts among others out, which the API refuses", [text(""), text("one"), text("")], "one"],
    ["of an image is a block", [imagePart(PICTURE)], [imageBlock(PICTURE)]],
    [
      "of text, image and document keeps their order",
      [text("look"), imagePart(PICTURE), pdfPart()],
      [text("look"), imageBlock(PICTURE), pdfBlock()],
    ],
  ])("%s", (_, parts, content) => {
    expect(result(parts)).toEqual({ type: "tool_result", tool_use_id: "call_1", content });
  });

  test("may be an error", () => {
    expect(result([text("no")], { isError: true })).toMatchObject({ content: "no", is_error: true });
  });
});

describe("an answer for a history", () => {
  test("has the sealed thinking of a model that is known, as it came", () => {
    const model = "claude-sonnet-5";
    const parts: AnswerPart[] = [
      { type: "thinking", text: "Hm.", signature: "c2ln", model },
      { type: "redacted-thinking", data: "abc", model },
      text("Yes."),
    ];
    expect(toAnswerBlocks(parts)).toEqual([
      { type: "thinking", thinking: "Hm.", signature: "c2ln" },
      { type: "redacted_thinking", data: "abc" },
      text("Yes."),
    ]);
    expect([thinkingModelOf(parts), thinkingModelOf([text("Yes.")])]).toEqual([model, undefined]);
  });

  test("has its texts and calls in order, without thinking whose model nobody knows and without empty texts", () => {
    const parts: AnswerPart[] = [
      { type: "thinking", text: "Hm.", signature: "c2ln" },
      { type: "redacted-thinking", data: "abc" },
      text("I look."),
      text(""),
      call('{"at":"x"}'),
    ];
    expect(toAnswerBlocks(parts)).toEqual([
      text("I look."),
      { type: "tool_use", id: "call_1", name: "look", input: { at: "x" } },
    ]);
  });

  test.each<[string, unknown]>([
    ["{}", {}],
    ["", {}],
    [" \n", {}],
    [' { "a": { "b": [1, null] } } ', { a: { b: [1, null] } }],
    ['{"a":', { arguments: '{"a":' }],
    ["[1]", { arguments: "[1]" }],
    ["null", { arguments: "null" }],
    ['"text"', { arguments: '"text"' }],
  ])("has the arguments %j as an object, which the API insists on", (callArguments, input) => {
    expect(toAnswerBlocks([call(callArguments)])).toMatchObject([{ input }]);
    expect(parseArguments(callArguments)).toEqual(input);
  });

  test("keeps an argument with the name of a prototype's as data", () => {
    expect(JSON.stringify(parseArguments('{"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1}}');
  });
});
