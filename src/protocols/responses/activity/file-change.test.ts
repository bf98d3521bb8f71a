import { applyDiff } from "@openai/agents";
import { expect, test } from "vitest";

import { changeFromDetails, changeFromInput } from "./file-change.ts";

test.each(["one line", "two\nlines", "with an end\n", "a\n\n\nb\n", ""])("a new file: %j", (content) => {
  const change = changeFromInput("Write", { file_path: "/w/a.txt", content });
  expect(change).toMatchObject({ type: "create_file", path: "/w/a.txt" });
  expect(applyDiff("", change.diff, "create")).toBe(content);
});

test("an edit is planned as what it replaces", () => {
  const edit = { file_path: "a.txt", old_string: "two\nthree", new_string: "2\n3\n4" };
  const change = changeFromInput("Edit", edit);
  expect(change).toEqual({ type: "update_file", path: "a.txt", diff: "@@\n-two\n-three\n+2\n+3\n+4" });
  expect(applyDiff("one\ntwo\nthree\nfour\n", change.diff)).toBe("one\n2\n3\n4\nfour\n");
});

test("an edit that replaces nothing makes a file; one that puts nothing in its place takes lines away", () => {
  expect(changeFromInput("Edit", { file_path: "a.txt", old_string: "", new_string: "new" })).toEqual({
    type: "create_file",
    path: "a.txt",
    diff: "+new",
  });
  expect(changeFromInput("Edit", { file_path: "a.txt", old_string: "old", new_string: "" }).diff).toBe(
    "@@\n-old",
  );
});

test("what was really changed comes from Claude Code's own account", () => {
  const planned = changeFromInput("Write", { file_path: "/w/a.txt", content: "one\nTWO\nthree\n" });
  const change = changeFromDetails(planned, {
    type: "update",
    filePath: "/w/a.txt",
    structuredPatch: [
      { oldStart: 1, lines: [" one", "-two", "+TWO", " three"] },
      { oldStart: 9, lines: [" nine", "-ten", "+TEN", "\\ No newline at end of file"] },
    ],
  });
  expect(change).toEqual({
    type: "update_file",
    path: "/w/a.txt",
    diff: "@@\n one\n-two\n+TWO\n three\n@@\n nine\n-ten\n+TEN",
  });
  expect(applyDiff("one\ntwo\nthree\nfour\nnine\nten", change.diff)).toBe("one\nTWO\nthree\nfour\nnine\nTEN");
});

test.each([
  [
    "created",
    { type: "create", content: "x\n", structuredPatch: [] },
    { type: "create_file", diff: "+x\n+" },
  ],
  [
    "overwritten without a change",
    { type: "update", structuredPatch: [] },
    { type: "update_file", diff: "" },
  ],
  ["not told", {}, { type: "create_file", diff: "+planned" }],
])("a file that was %s", (_, details, expected) => {
  const planned = changeFromInput("Write", { file_path: "a.txt", content: "planned" });
  expect(changeFromDetails(planned, details)).toMatchObject(expected);
});

test("a cell of a notebook", () => {
  const planned = changeFromInput("NotebookEdit", { notebook_path: "a.ipynb", new_source: "x = 2" });
  expect(planned).toEqual({ type: "update_file", path: "a.ipynb", diff: "@@\n+x = 2" });
  const details = { notebook_path: "a.ipynb", old_source: "x = 1", new_source: "x = 2" };
  expect(changeFromDetails(planned, details).diff).toBe("@@\n-x = 1\n+x = 2");
});

test("input of an unexpected shape is no reason to fail", () => {
  expect(changeFromInput("Edit", { file_path: 1 })).toEqual({ type: "create_file", path: "", diff: "" });
  const planned = changeFromInput("Write", {});
  expect(changeFromDetails(planned, { structuredPatch: [null, { lines: [1] }, "x"] })).toEqual(planned);
});
