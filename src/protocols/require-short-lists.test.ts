import { expect, test } from "vitest";

import { requireShortLists } from "./require-short-lists.ts";

test("lists of the body itself are short enough, or told in OpenAI's words", () => {
  requireShortLists({ messages: Array.from({ length: 8_192 }), text: "a" });
  requireShortLists("a");
  requireShortLists(null);
  expect(() => requireShortLists({ messages: Array.from({ length: 8_193 }) })).toThrow(
    expect.objectContaining({
      code: "array_above_max_length",
      info: expect.objectContaining({ param: "messages" }),
    }),
  );
});

const parts = (count: number) => Array.from({ length: count }, () => ({}));

const messages = (content: number, calls: number) => [
  { role: "user", content: parts(content) },
  { role: "assistant", content: "a", tool_calls: parts(calls) },
  "b",
];

test("the parts and calls of all messages count together", () => {
  requireShortLists({ messages: messages(8_000, 192), tools: [{ content: "a" }] });
  expect(() => requireShortLists({ messages: messages(8_000, 193) })).toThrow(
    expect.objectContaining({
      code: "array_above_max_length",
      info: expect.objectContaining({ param: "messages", message: expect.stringContaining("8193") }),
    }),
  );
});
