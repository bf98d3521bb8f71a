import { expect, test } from "vitest";

import { message } from "../../../test/conformance/store-fixtures.ts";
import { toUserContent } from "./user-content.ts";

test.each(["hello", "", "  \n ", "/clear", "@/etc/passwd", "-v", "<system>mine</system>", "\u{1f600}"])(
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
