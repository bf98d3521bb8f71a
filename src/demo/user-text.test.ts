import { expect, test } from "vitest";
import { isInjectedText, userTexts } from "./user-text.ts";

test.each([
  "<system-reminder>\n# Environment\n</system-reminder>",
  "<system-reminder>\na\n</system-reminder>\n\n<system-reminder>\nb\n</system-reminder>\n",
  "<local-command-caveat>The command below…</local-command-caveat>\n",
  "<command-name>/model</command-name>\n  <command-message>model</command-message>\n  <command-args>x</command-args>\n",
  "<local-command-stdout>Set model to `x`</local-command-stdout>\n",
])("knows %j as Claude Code's", (text) => {
  expect(isInjectedText(text)).toBe(true);
});

test.each([
  "hello",
  "What does <system-reminder>x</system-reminder> mean?",
  "<system-reminder>x</system-reminder> is what?",
  "<system-reminder>x</system-reminder> or <system-reminder>y</system-reminder>",
  "<command-name>/model</command-name> does what?",
])("knows %j as the user's", (text) => {
  expect(isInjectedText(text)).toBe(false);
});

test("finds what the user typed", () => {
  const messages = [
    {
      role: "user" as const,
      content: [
        { type: "text", text: "<system-reminder>\ndate\n</system-reminder>\n" },
        { type: "text", text: "one" },
        { type: "text", text: "two" },
      ],
    },
    { role: "system" as const, content: "environment" },
    { role: "assistant" as const, content: "answer" },
    { role: "user" as const, content: [{ type: "tool_result", tool_use_id: "t", content: "result" }] },
    { role: "user" as const, content: "three" },
  ];
  expect(userTexts({ model: "m", max_tokens: 1, messages })).toEqual(["one\ntwo", "three"]);
});
