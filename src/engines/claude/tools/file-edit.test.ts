import { expect, test } from "vitest";

import { applyDiff } from "../../../../test/clients/apply-diff.ts";
import { madeEdit, plannedEdit } from "./file-edit.ts";

test.each(["one line", "two\nlines", "with an end\n", "a\n\n\nb\n", ""])("a new file: %j", (content) => {
  const change = plannedEdit("Write", { file_path: "/w/a.txt", content });
  expect(change).toMatchObject({ isNew: true, path: "/w/a.txt" });
  expect(applyDiff("", change.diff, "create")).toBe(content);
});

test("an edit is planned as what it replaces", () => {
  const edit = { file_path: "a.txt", old_string: "two\nthree", new_string: "2\n3\n4" };
  const change = plannedEdit("Edit", edit);
  expect(change).toEqual({ isNew: false, path: "a.txt", diff: "@@\n-two\n-three\n+2\n+3\n+4" });
  expect(applyDiff("one\ntwo\nthree\nfour\n", change.diff)).toBe("one\n2\n3\n4\nfour\n");
});

test("an edit that replaces nothing makes a file; one that puts nothing in its place takes lines away", () => {
  expect(plannedEdit("Edit", { file_path: "a.txt", old_string: "", new_string: "new" })).toEqual({
    isNew: true,
    path: "a.txt",
    diff: "+new",
  });
  expect(plannedEdit("Edit", { file_path: "a.txt", old_string: "old", new_string: "" }).diff).toBe(
    "@@\n-old",
  );
});

test("what was really changed comes from Claude Code's own account", () => {
  const planned = plannedEdit("Write", { file_path: "/w/a.txt", content: "one\nTWO\nthree\n" });
  const change = madeEdit(planned, {
    type: "update",
    filePath: "/w/a.txt",
    structuredPatch: [
      { oldStart: 1, lines: [" one", "-two", "+TWO", " three"] },
      { oldStart: 9, lines: [" nine", "-ten", "+TEN", "\\ No newline at end of file"] },
    ],
  });
  expect(change).toEqual({
    isNew: false,
    path: "/w/a.txt",
    diff: "@@\n one\n-two\n+TWO\n three\n@@\n nine\n-ten\n+TEN",
  });
  expect(applyDiff("one\ntwo\nthree\nfour\nnine\nten", change.diff)).toBe("one\nTWO\nthree\nfour\nnine\nTEN");
});

test.each([
  ["created", { type: "create", content: "x\n", structuredPatch: [] }, { isNew: true, diff: "+x\n+" }],
  ["overwritten without a change", { type: "update", structuredPatch: [] }, { isNew: false, diff: "" }],
  ["not told", {}, { isNew: true, diff: "+planned" }],
])("a file that was %s", (_, details, expected) => {
  const planned = plannedEdit("Write", { file_path: "a.txt", content: "planned" });
  expect(madeEdit(planned, details)).toMatchObject(expected);
});

test("a cell of a notebook", () => {
  const planned = plannedEdit("NotebookEdit", { notebook_path: "a.ipynb", new_source: "x = 2" });
  expect(planned).toEqual({ isNew: false, path: "a.ipynb", diff: "@@\n+x = 2" });
  const details = { notebook_path: "a.ipynb", old_source: "x = 1", new_source: "x = 2" };
  expect(madeEdit(planned, details).diff).toBe("@@\n-x = 1\n+x = 2");
});

test("input of an unexpected shape is no reason to fail", () => {
  expect(plannedEdit("Edit", { file_path: 1 })).toEqual({ isNew: true, path: "", diff: "" });
  const planned = plannedEdit("Write", {});
  expect(madeEdit(planned, { structuredPatch: [null, { lines: [1] }, "x"] })).toEqual(planned);
});
