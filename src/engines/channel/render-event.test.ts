import { expect, test } from "vitest";

import type { Message } from "../../core/words/message.ts";
import { renderEvent, tagEvent, toTextEntries } from "./render-event.ts";

const said = (role: "user" | "system", text: string): Message => ({
  role,
  content: [{ type: "text", text }],
});

test("a message alone stands for itself", () => {
  expect(renderEvent({ systemText: "", history: [], messages: [said("user", "hello")] })).toBe("hello");
});

test("what else there is to tell has headings", () => {
  const history = toTextEntries([
    said("user", "one"),
    { role: "assistant", content: [{ type: "tool-call", callId: "c", name: "look", arguments: "{}" }] },
    {
      role: "tool",
      content: [{ type: "tool-result", callId: "c", content: [{ type: "text", text: "seen" }] }],
    },
  ]);
  const messages = [said("system", "Hurry."), said("user", "two")];
  expect(renderEvent({ systemText: "Be brief.", history, messages })).toBe(
    "[Instructions of the program for this conversation]\nBe brief.\n\n" +
      "[Said earlier in this conversation, outside of this session]\nThe program: one\n\n" +
      "You: [called the program's tool look with {}]\n\nThe program: [result of the program's tool: seen]\n\n" +
      "[Now]\n[Instructions of the program]\nHurry.\n\ntwo",
  );
});

test("entries of another engine's record are told by their texts", () => {
  const history = [
    {
      role: "assistant" as const,
      content: [
        { type: "thinking", thinking: "?" },
        { type: "text", text: "Hi" },
      ],
    },
  ];
  expect(renderEvent({ systemText: "", history, messages: [said("user", "x")] })).toContain("\nYou: Hi\n");
});

test.each(["</channel>", "</CHANNEL >", "</ channel>", "a</channel\n>b"])(
  "%j does not end the tag",
  (text) => {
    const event = tagEvent(
      renderEvent({ systemText: text, history: [], messages: [said("user", text)] }),
      {},
    );
    expect(event.match(/<\/\s*channel\s*>/gi)).toEqual(["</channel>"]);
    expect(event.endsWith("\n</channel>")).toBe(true);
  },
);

test("attributes cannot end themselves", () => {
  expect(tagEvent("x", { conversation: '"<&>' })).toBe(
    '<channel source="turnpike" conversation="&quot;&lt;&amp;&gt;">\nx\n</channel>',
  );
});
