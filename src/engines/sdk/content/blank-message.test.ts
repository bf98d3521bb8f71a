import { describe, expect, test } from "vitest";

import { blankMessageFields, isBlank } from "./blank-message.ts";

const block = (text: string) => ({ type: "text", text }) as const;

describe("a message is blank", () => {
  test.each([
    ["", true],
    [" \n\t\u00a0\u2003", true],
    ["\u200b", false],
    [".", false],
    ["\0", false],
  ])("%j: %s", (text, expected) => {
    expect(isBlank(text)).toBe(expected);
    expect(isBlank([block(text)])).toBe(expected);
  });

  test("only when all its blocks are", () => {
    expect(isBlank([block(" "), block("")])).toBe(true);
    expect(isBlank([block(" "), block("word")])).toBe(false);
    expect(isBlank([block(" "), { type: "tool_result", tool_use_id: "call_1", content: "" }])).toBe(false);
    expect(isBlank([{ type: "image", source: { type: "url", url: "https://example.com/a.png" } }])).toBe(
      false,
    );
  });
});

describe("the fields that deliver it", () => {
  const history = [
    { role: "user", content: "hello" },
    { role: "assistant", content: [block("hi")] },
  ] as const;

  test("are the whole conversation with the message as it is", () => {
    expect(blankMessageFields(history, "  ", false)).toEqual({
      messages: [...history, { role: "user", content: "  " }],
    });
  });

  test("turn tools off where there are some", () => {
    expect(blankMessageFields([], " ", true)).toMatchObject({ tool_choice: { type: "none" } });
  });
});
