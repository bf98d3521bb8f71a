import { expect, test } from "vitest";

import type { ActivityEnd, ActivityStart } from "../../core/words/turn-event.ts";
import { addActivity, type ChatActivityBody } from "./chat-activity.ts";

const start = (activityId: string, name = "Bash"): ActivityStart => ({
  type: "activity-start",
  activityId,
  name,
  input: { command: "ls" },
});
const end = (activityId: string, output: string, isError = false): ActivityEnd => ({
  type: "activity-end",
  activityId,
  isError,
  output,
});

function listOf(events: readonly (ActivityStart | ActivityEnd)[]): readonly ChatActivityBody[] {
  return events.reduce<readonly ChatActivityBody[]>(addActivity, []);
}

const BEGUN = { name: "Bash", input: '{"command":"ls"}' };

test("activities come in the order in which they began, each with its own end", () => {
  const events = [start("a"), start("b"), start("c"), end("b", "No.", true), end("a", "one")];
  expect(listOf(events)).toEqual([
    { id: "a", ...BEGUN, status: "completed", output: "one" },
    { id: "b", ...BEGUN, status: "failed", output: "No." },
    { id: "c", ...BEGUN, status: "in_progress" },
  ]);
});

test("one that began in an earlier answer is told by its end alone", () => {
  expect(listOf([end("agent", "Done.")])).toEqual([{ id: "agent", status: "completed", output: "Done." }]);
});

test("an id that comes again is another activity", () => {
  const events = [start("compaction"), end("compaction", ""), start("compaction"), end("compaction", "x")];
  expect(listOf(events)).toMatchObject([
    { id: "compaction", status: "completed", output: "" },
    { id: "compaction", status: "completed", output: "x" },
  ]);
});
