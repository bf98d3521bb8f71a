import { expect, test } from "vitest";

import { toldByClaude } from "../../../test/engine/told-by-claude.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";
import type { ConversationId, TurnId } from "../../core/words/ids.ts";
import type { TurnEvent } from "../../core/words/turn-event.ts";
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

function piecesOf(events: readonly TurnEvent[], reasoning = new ReasoningText({ activity: "reasoning" })) {
  return toldByClaude(events).map((event) => reasoning.of(event));
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

test("files are named as the changes name them: relative to the folder that the turn works in", () => {
  const begun: TurnEvent = {
    type: "turn-start",
    // Proof for the casts: these ids belong to nothing else.
    turnId: "turn_1" as TurnId,
    conversationId: "conv_1" as ConversationId,
    conversationName: "conv_1",
    placement: "hot",
    workspace: "/data/workspaces/one",
  };
  expect(
    piecesOf([
      begun,
      start("a", "Write", { file_path: "/data/workspaces/one/src/a.txt" }),
      start("b", "Read", { file_path: "/data/workspaces/other/b.txt" }),
      start("c", "Bash", { command: "/data/workspaces/one/run.sh" }),
    ]).join(""),
  ).toBe("Write: src/a.txt\nRead: /data/workspaces/other/b.txt\nBash: /data/workspaces/one/run.sh\n");
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

test.each([{}, { activity: "field" as const }, { activity: "text" as const }])(
  "with %j it is the thinking alone",
  (options) => {
    const events = [thought("hm"), start("a", "Bash", { command: "ls" }), end("a", true), thought("!")];
    expect(piecesOf(events, new ReasoningText({ ...options, fillsSilence: true }))).toEqual([
      "hm",
      "",
      "",
      "!",
    ]);
  },
);

test("work that Claude came to without a word has its line, also unasked", () => {
  const wordless: TurnEvent = { type: "reasoning-end", signature: "s", model: "m" };
  const events = [
    wordless,
    start("a", "Bash", { command: "ls" }),
    end("a", true),
    start("b", "Bash", { command: "pwd" }),
    thought("Now the tests."),
    wordless,
    start("c", "Bash", { command: "npm test" }),
    wordless,
    { type: "text-delta", text: "So." } satisfies TurnEvent,
    start("d", "Bash", { command: "true" }),
  ];
  const lines = ["", "Bash: ls\n", "", "Bash: pwd\n", "Now the tests.", "", "", "", "", ""];
  expect(piecesOf(events, new ReasoningText({ fillsSilence: true }))).toEqual(lines);
  const silent = lines.map((line) => (line.startsWith("Bash") ? "" : line));
  expect(piecesOf(events, new ReasoningText({}))).toEqual(silent);
  expect(piecesOf(events, new ReasoningText({ fillsSilence: true, isHidden: true })).join("")).toBe("");
});

const ask: TurnEvent = {
  type: "permission-request",
  approvalId: "appr_1",
  activityId: "a",
  toolName: "Bash",
  input: { command: "npm test" },
  summary: "Run the tests",
  alwaysAllows: [],
  expiresAt: 0,
};

test.each([
  ["allowed", "Allowed"],
  ["always-allowed", "Allowed from now on"],
  ["denied", "Denied"],
  ["timed-out", "Not answered in time, so denied"],
  ["cancelled", "No longer asked"],
] as const)("a call that waits for a person and is %s", (outcome, word) => {
  const resolved: TurnEvent = { type: "permission-resolved", approvalId: "appr_1", outcome };
  expect(piecesOf([ask, resolved, resolved])).toEqual([
    "Waiting for approval: Bash: npm test\n",
    `${word}: Bash: npm test\n`,
    "",
  ]);
});

test.each([
  [10_000, "10 s"],
  [30_004, "30 s"],
  [150_000, "3 min"],
  [3_610_000, "60 min"],
])("a call that has been running for %i ms", (elapsedMs, time) => {
  const progress: TurnEvent = { type: "activity-progress", activityId: "a", name: "Bash", elapsedMs };
  expect(piecesOf([progress])).toEqual([`Bash has been running for ${time}\n`]);
});

test("each changed file is told once: at once when a tool changes it, else at the end", () => {
  const diff = "--- a/src/x.ts\n+++ b/src/x.ts\n@@ -1,2 +1,4 @@\n a\n-b\n+c\n+++d\n+e\n";
  expect(
    piecesOf([
      { type: "file-change", activityId: "a", change: { type: "changed", path: "src/x.ts", diff } },
      {
        type: "file-changes",
        changes: [
          { type: "created", path: "logo.png" },
          { type: "renamed", path: "b\nc.ts", previousPath: "a.ts" },
          { type: "deleted", path: "old.ts", diff: "@@ -1 +0,0 @@\n-x\n" },
          { type: "changed", path: "src/x.ts", diff },
        ],
        isComplete: false,
      },
    ]),
  ).toEqual([
    "Changed src/x.ts (+3 −1)\n",
    "Created logo.png\nRenamed a.ts to b c.ts\nDeleted old.ts\nThere are more changes than were looked at.\n",
  ]);
});

test("very many files are not all named", () => {
  const changes = Array.from({ length: 60 }, (_, index) => ({
    type: "created" as const,
    path: `${index}.ts`,
  }));
  const [text = ""] = piecesOf([{ type: "file-changes", changes, isComplete: true }]);
  expect(text.split("\n")).toHaveLength(52);
  expect(text).toMatch(/\nCreated 49\.ts\n… and 10 more files\n$/);
});

test("an empty piece of text ends no silence: a stream leaves it out", () => {
  const silent: TurnEvent = { type: "reasoning-redacted", data: "hidden", model: "m" };
  const events = [silent, { type: "text-delta", text: "" } satisfies TurnEvent, start("a", "Bash")];
  expect(piecesOf(events, new ReasoningText({ fillsSilence: true }))).toEqual(["", "", "Bash\n"]);
});
