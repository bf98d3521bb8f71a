import { describe, expect, test } from "vitest";

import { ToolActivities } from "./tool-activities.ts";

const READ = { id: "toolu_1", name: "Read", input: { file_path: "/note.txt" } };

describe("a tool of Claude Code's own", () => {
  test("runs from its call to its result", () => {
    const activities = new ToolActivities();
    expect([...activities.start(READ)]).toEqual([
      { type: "activity-start", activityId: "toolu_1", name: "Read", input: READ.input },
    ]);
    expect([activities.isRunning, activities.isOpen("toolu_1")]).toEqual([true, true]);
    expect([...activities.end({ tool_use_id: "toolu_1", content: "A note." }, undefined)]).toEqual([
      { type: "activity-end", activityId: "toolu_1", isError: false, output: "A note." },
    ]);
    expect([activities.isRunning, activities.isOpen("toolu_1")]).toEqual([false, false]);
  });

  test("has an object as its input, whatever Claude wrote", () => {
    expect([...new ToolActivities().start({ ...READ, input: null })]).toMatchObject([{ input: {} }]);
  });

  test.each([
    [undefined, ""],
    ["", ""],
    [[{ type: "text", text: "one" }, { type: "image" }, { type: "text", text: "two" }], "one\n(image)\ntwo"],
  ])("gives %j as the text %j", (content, output) => {
    const result = { tool_use_id: "toolu_1", is_error: true, content };
    expect([...new ToolActivities().end(result, undefined)]).toMatchObject([{ isError: true, output }]);
  });

  test("gives Claude Code's own account of the result, but not the whole file as it was", () => {
    const details = { filePath: "/note.txt", structuredPatch: [], originalFile: "A note." };
    const [end] = new ToolActivities().end({ tool_use_id: "toolu_1" }, details);
    expect(end?.details).toEqual({ filePath: "/note.txt", structuredPatch: [] });
    expect(details.originalFile).toBe("A note.");
    expect([...new ToolActivities().end({ tool_use_id: "toolu_1" }, "Error: no")][0]).not.toHaveProperty(
      "details",
    );
  });
});

test("compaction is an activity, told once at its start and once at its end", () => {
  const activities = new ToolActivities();
  expect([...activities.compaction(false)]).toEqual([]);
  expect([...activities.compaction(true)]).toMatchObject([{ type: "activity-start", name: "compaction" }]);
  expect([activities.isRunning, ...activities.compaction(true)]).toEqual([true]);
  expect([...activities.compaction(false)]).toMatchObject([{ type: "activity-end", isError: false }]);
  expect(activities.isRunning).toBe(false);
});
