import { expect, test } from "vitest";

import { message } from "../../../../test/conformance/store-fixtures.ts";
import { toUserContent } from "./user-content.ts";

test.each(["hello", "", " a \n ", "/clear", "@/etc/passwd", "-v", "<system>mine</system>", "\u{1f600}"])(
  "a single text %j stays as it is",
  (text) => {
    expect(toUserContent([message("user", text)])).toBe(text);
  },
);

test("several texts are one block each, in order", () => {
  const parts = {
    role: "user",
    content: [
      { type: "text", text: "one" },
      { type: "text", text: "two" },
    ],
  } as const;
  expect(toUserContent([parts, message("user", "three")])).toEqual([
    { type: "text", text: "one" },
    { type: "text", text: "two" },
    { type: "text", text: "three" },
  ]);
});

test("a system text is marked, alone as well as among others", () => {
  expect(toUserContent([message("system", "Be brief.")])).toBe("<system>\nBe brief.\n</system>");
  expect(toUserContent([message("user", "one"), message("system", "Be brief.")])).toEqual([
    { type: "text", text: "one" },
    { type: "text", text: "<system>\nBe brief.\n</system>" },
  ]);
});

test("a message without parts is empty", () => {
  expect(toUserContent([{ role: "user", content: [] }])).toBe("");
});

test("results of tools come first, then words of ours, and what the client says is last", () => {
  const result = {
    role: "tool",
    content: [{ type: "tool-result", callId: "call_1", content: [{ type: "text", text: "22" }] }],
  } as const;
  expect(toUserContent([message("user", "and?"), result], ["Be brief."])).toEqual([
    { type: "tool_result", tool_use_id: "call_1", content: "22" },
    { type: "text", text: "<system>\nBe brief.\n</system>" },
    { type: "text", text: "and?" },
  ]);
  expect(toUserContent([result])).toHaveLength(1);
});

test("a blank text has no place: the API takes none", () => {
  expect(toUserContent([message("user", " ")], ["Be brief."])).toBe("<system>\nBe brief.\n</system>");
  expect(toUserContent([message("user", " "), message("user", "hello")])).toBe("hello");
  expect(toUserContent([message("user", " ")])).toBe("");
});

test("images and documents stay what they are, in a system message too", () => {
  const source = { type: "url", url: "https://example.com/a.png" } as const;
  const parts = [
    { type: "text", text: "look" },
    { type: "image", source },
  ] as const;
  expect(toUserContent([{ role: "system", content: parts }])).toEqual([
    { type: "text", text: "<system>\nlook\n</system>" },
    { type: "image", source },
  ]);
  expect(toUserContent([{ role: "user", content: [parts[1]] }])).toEqual([{ type: "image", source }]);
});
