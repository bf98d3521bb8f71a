import { execFileSync } from "node:child_process";

import { expect, test } from "vitest";

import { curlCode, javascriptCode, pythonCode } from "./show-code.ts";

const settings = { model: "it's", system: "", effort: "", maxTokens: "", permissionMode: "" } as const;
const shown = (conversation: string) => ({
  url: "http://here",
  settings,
  text: "$(touch owned) `id` it's",
  conversation,
});

/** A conversation's name is what a client, or a link to the playground, says. */
const HOSTILE = [
  '$(touch owned)`id`"; touch owned; "',
  "'; touch owned; '",
  `"}); process.exit(); ({"`,
  "\u001b[201~\r\ntouch owned\n",
];

test.each(HOSTILE)("nothing of a name runs where the code is pasted: %j", (name) => {
  const printed = curlCode(shown(name)).replace(/^curl/, String.raw`printf '%s\0'`);
  expect(printed).not.toMatch(/[^\P{Cc}\n]/u);
  const words = execFileSync("/bin/sh", ["-c", printed]).toString().split("\0");
  expect(words.slice(0, 2)).toEqual(["-N", "http://here/v1/chat/completions"]);
  expect(words[7]).toBe(`X-Conversation-ID: ${name.replaceAll(/\p{Cc}/gu, "")}`);
  expect(JSON.parse(words[9] ?? "")).toMatchObject({ messages: [{ content: "$(touch owned) `id` it's" }] });

  for (const code of [pythonCode, javascriptCode]) {
    const lines = code(shown(name)).split("\n");
    expect(lines).toHaveLength(code(shown("plain")).split("\n").length);
    const line = lines.find((each) => each.includes("X-Conversation-ID")) ?? "";
    const [, literal = ""] = /"X-Conversation-ID": ("(?:[^"\\]|\\.)*") ?\}/.exec(line) ?? [];
    expect(JSON.parse(literal)).toBe(name);
    expect(line).toMatch(/\},$/);
  }
});
