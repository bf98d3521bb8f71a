import { expect, test } from "vitest";

import type { JsonObject } from "../../core/client-tool.ts";
import type { TurnEvent } from "../../core/turn-event.ts";
import { ReasoningText } from "./reasoning-text.ts";

const thought = (text: string): TurnEvent => ({ type: "reasoning-delta", text });
const start = (activityId: string, name: string, input: JsonObject = {}): TurnEvent => ({
  type: "activity-start",
  activityId,
  name,
  input,
});
const end = (activityId: string, isError = false): TurnEvent => ({
  type: "activity-end",
  activityId,
  isError,
  output: "The output stays here.",
});

function piecesOf(events: readonly TurnEvent[], reasoning = new ReasoningText("reasoning")) {
  return events.map((event) => reasoning.of(event));
}

function lineOf(name: string, input: JsonObject): string {
  return piecesOf([start("a", name, input)]).join("");
}

test("each activity is a line of its own between the thinking", () => {
  expect(
    piecesOf([
      start("a", "Bash", { command: "ls -la", timeout: 5 }),
      end("a"),
      thought("Now I "),
      thought("write."),
      { type: "text-delta", text: "Words." },
      start("b", "Write", { file_path: "/work/a.txt", content: "secret" }),
      thought("Done.\n"),
      start("c", "Read", { file_path: "/work/a.txt" }),
    ]),
  ).toEqual([
    "Bash: ls -la\n",
    "",
    "Now I ",
    "write.",
    "",
    "\nWrite: /work/a.txt\n",
    "Done.\n",
    "Read: /work/a.txt\n",
  ]);
});

test("a failure is told once more, by name; nothing is told of the output", () => {
  expect(
    piecesOf([
      start("a", "Bash", { command: "false" }),
      start("b", "Bash", { command: "true" }),
      end("a", true),
      end("b"),
      end("unknown", true),
    ]),
  ).toEqual(["Bash: false\n", "Bash: true\n", "Bash: false (failed)\n", "", ""]);
});

test.each([
  ["compaction", {}, "compaction\n"],
  ["Grep", { path: "src", pattern: "a b" }, "Grep: a b\n"],
  ["mcp__docs__find", { query: "x", top: 2 }, 'mcp__docs__find: {"query":"x","top":2}\n'],
  ["Bash", { command: 5 }, 'Bash: {"command":5}\n'],
  ["constructor", { a: 1 }, 'constructor: {"a":1}\n'],
  ["Bash", { command: " a\r\n\tb\u2028c " }, "Bash: a b c\n"],
  ["Bash", { command: "" }, "Bash\n"],
])("%s with %j", (name, input, line) => {
  expect(lineOf(name, input)).toBe(line);
});

test("a long input is cut, not inside a character", () => {
  const line = lineOf("Bash", { command: "x".repeat(5000) });
  expect(line).toBe(`Bash: ${"x".repeat(193)}…\n`);
  const emoji = lineOf("Bash", { command: `${"x".repeat(192)}${"😀".repeat(100)}` });
  expect(emoji).toBe(`Bash: ${"x".repeat(192)}…\n`);
});

test.each([undefined, "field" as const])("asked for %s, it is the thinking alone", (activity) => {
  const events = [thought("hm"), start("a", "Bash", { command: "ls" }), end("a", true), thought("!")];
  expect(piecesOf(events, new ReasoningText(activity))).toEqual(["hm", "", "", "!"]);
});
