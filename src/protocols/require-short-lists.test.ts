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
