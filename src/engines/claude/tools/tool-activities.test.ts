import { describe, expect, test } from "vitest";

import { ToolActivities } from "./tool-activities.ts";

const READ = { id: "toolu_1", name: "Read", input: { file_path: "/note.txt" } };

describe("a tool of Claude Code's own", () => {
  test("runs from its call to its result", () => {
    const activities = new ToolActivities("/work");
    expect([...activities.start(READ)]).toEqual([
      {
        type: "activity-start",
        activityId: "toolu_1",
        name: "Read",
        input: READ.input,
        work: { type: "file-read", about: "/note.txt" },
      },
    ]);
    expect([activities.isRunning, activities.isOpen("toolu_1")]).toEqual([true, true]);
    expect([...activities.end({ tool_use_id: "toolu_1", content: "A note." }, undefined)]).toEqual([
      { type: "activity-end", activityId: "toolu_1", isError: false, output: "A note." },
    ]);
    expect([activities.isRunning, activities.isOpen("toolu_1")]).toEqual([false, false]);
  });

  test("has an object as its input, whatever Claude wrote", () => {
    expect([...new ToolActivities("/work").start({ ...READ, input: null })]).toMatchObject([{ input: {} }]);
  });

  test.each([
    [undefined, ""],
    ["", ""],
    [[{ type: "text", text: "one" }, { type: "image" }, { type: "text", text: "two" }], "one\n(image)\ntwo"],
  ])("gives %j as the text %j", (content, output) => {
    const result = { tool_use_id: "toolu_1", is_error: true, content };
    expect([...new ToolActivities("/work").end(result, undefined)]).toMatchObject([
      { isError: true, output },
    ]);
  });

  test("that edits a file tells what came of it, and the file that changed right after its result", () => {
    const activities = new ToolActivities("/work");
    const edit = { file_path: "/work/a.txt", old_string: "one", new_string: "two" };
    const [start] = activities.start({ id: "e", name: "Edit", input: edit });
    expect(start).toMatchObject({
      work: { type: "file-edit", edit: { path: "/work/a.txt", isNew: false, diff: "@@\n-one\n+two" } },
    });
    const hunk = { oldStart: 1, oldLines: 2, newStart: 1, newLines: 2, lines: [" zero", "-one", "+two"] };
    const account = { filePath: "/work/a.txt", structuredPatch: [hunk], originalFile: "zero\none\n" };
    expect([...activities.end({ tool_use_id: "e", content: "Edited." }, account)]).toEqual([
      {
        type: "activity-end",
        activityId: "e",
        isError: false,
        output: "Edited.",
        result: {
          type: "file-edit",
          edit: { path: "/work/a.txt", isNew: false, diff: "@@\n zero\n-one\n+two" },
        },
      },
      {
        type: "file-change",
        activityId: "e",
        change: {
          type: "changed",
          path: "a.txt",
          diff: "--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n zero\n-one\n+two\n",
        },
      },
    ]);
    expect(account.originalFile).toBe("zero\none\n");
  });

  test("that was begun as another, or failed, has changed nothing", () => {
    const write = { type: "create", filePath: "/work/a.txt", content: "" };
    const activities = new ToolActivities("/work");
    const starts = [
      ["w", "Write"],
      ["b", "Bash"],
      ["f", "Write"],
    ] as const;
    for (const [id, name] of starts) for (const _ of activities.start({ id, name, input: {} }));
    const ends = [["b"], ["f", true], ["w"], ["w"]] as const;
    const told = ends.flatMap(([id, is_error]) => [...activities.end({ tool_use_id: id, is_error }, write)]);
    expect(told.map((event) => (event.type === "file-change" ? event : event.type))).toEqual([
      "activity-end",
      "activity-end",
      "activity-end",
      {
        type: "file-change",
        activityId: "w",
        change: { type: "created", path: "a.txt", diff: "--- /dev/null\n+++ b/a.txt\n" },
      },
      "activity-end",
    ]);
  });

  test("says nothing more where Claude Code has no account of it", () => {
    const [end] = new ToolActivities("/work").end({ tool_use_id: "toolu_1" }, "Error: no");
    expect(end).not.toHaveProperty("result");
  });
});

test("compaction is an activity, told once at its start and once at its end", () => {
  const activities = new ToolActivities("/work");
  expect([...activities.compaction(false)]).toEqual([]);
  expect([...activities.compaction(true)]).toMatchObject([{ type: "activity-start", name: "compaction" }]);
  expect([activities.isRunning, ...activities.compaction(true)]).toEqual([true]);
  expect([...activities.compaction(false)]).toMatchObject([{ type: "activity-end", isError: false }]);
  expect(activities.isRunning).toBe(false);
});
