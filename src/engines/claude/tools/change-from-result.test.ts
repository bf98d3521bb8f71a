import { describe, expect, test } from "vitest";

import type { JsonObject } from "../../../core/words/client-tool.ts";
import { changeFromResult } from "./change-from-result.ts";

const HUNK = { oldStart: 2, oldLines: 1, newStart: 2, newLines: 2, lines: ["-two", "+2", "+2b"] };

function changeBy(toolName: string, details: JsonObject | undefined, isError = false) {
  return changeFromResult(toolName, { isError, details }, "/work/shop");
}

describe("a file", () => {
  test("that Write made", () => {
    const details = {
      type: "create",
      filePath: "/work/shop/src/a.ts",
      content: "one\n",
      structuredPatch: [],
    };
    expect(changeBy("Write", details)).toEqual({
      type: "created",
      path: "src/a.ts",
      diff: "--- /dev/null\n+++ b/src/a.ts\n@@ -0,0 +1 @@\n+one\n",
    });
  });

  test("that Write wrote anew", () => {
    const details = { type: "update", filePath: "/work/shop/a.ts", content: "…", structuredPatch: [HUNK] };
    expect(changeBy("Write", details)).toEqual({
      type: "changed",
      path: "a.ts",
      diff: "--- a/a.ts\n+++ b/a.ts\n@@ -2 +2,2 @@\n-two\n+2\n+2b\n",
    });
  });

  test("that was too large to compare is told without a difference", () => {
    const details = { type: "update", filePath: "/work/shop/a.ts", content: "…", structuredPatch: [] };
    expect(changeBy("Write", details)).toEqual({ type: "changed", path: "a.ts" });
    const large = { type: "create", filePath: "/work/shop/a.ts", content: "x".repeat(300_000) };
    expect(changeBy("Write", large)).toEqual({ type: "created", path: "a.ts" });
    const lines = ["x\n".repeat(200_000)];
    const patch = [{ ...HUNK, lines }];
    const edit = { filePath: "/work/shop/a.ts", oldString: "a", newString: "b", structuredPatch: patch };
    expect(changeBy("Edit", edit)).toEqual({ type: "changed", path: "a.ts" });
  });

  test("that Edit changed in two places", () => {
    const last = {
      oldStart: 9,
      oldLines: 1,
      newStart: 10,
      newLines: 1,
      lines: ["-nine", "+9", "\\ No newline at end of file"],
    };
    const details = {
      filePath: "/work/shop/a.ts",
      oldString: "two",
      newString: "2",
      structuredPatch: [HUNK, last],
    };
    expect(changeBy("Edit", details)?.diff).toBe(
      "--- a/a.ts\n+++ b/a.ts\n@@ -2 +2,2 @@\n-two\n+2\n+2b\n" +
        "@@ -9 +10 @@\n-nine\n+9\n\\ No newline at end of file\n",
    );
  });

  test("that Edit made", () => {
    const details = { filePath: "/work/shop/a.ts", oldString: "", newString: "new", structuredPatch: [] };
    expect(changeBy("Edit", details)).toMatchObject({
      type: "created",
      path: "a.ts",
      diff: expect.stringContaining("@@ -0,0 +1 @@\n+new\n\\ No newline"),
    });
  });

  test("that lost lines only", () => {
    const gone = { oldStart: 3, oldLines: 1, newStart: 3, newLines: 0, lines: ["-three"] };
    const details = { filePath: "/work/shop/a", oldString: "three", newString: "", structuredPatch: [gone] };
    expect(changeBy("Edit", details)?.diff).toBe("--- a/a\n+++ b/a\n@@ -3 +2,0 @@\n-three\n");
  });

  test("of which a cell was edited", () => {
    const details = {
      notebook_path: "/work/shop/a.ipynb",
      original_file: '{\n "x": 1\n}\n',
      updated_file: '{\n "x": 2\n}\n',
    };
    expect(changeBy("NotebookEdit", details)).toEqual({
      type: "changed",
      path: "a.ipynb",
      diff: '--- a/a.ipynb\n+++ b/a.ipynb\n@@ -1,3 +1,3 @@\n {\n- "x": 1\n+ "x": 2\n }\n',
    });
  });

  test.each([
    ["/work/shop/a.ts", "a.ts"],
    ["/work/shop/..a/b", "..a/b"],
    ["src/../b.ts", "b.ts"],
    ["/work/shopping/a.ts", "/work/shopping/a.ts"],
    ["/work/shop/../a.ts", "/work/a.ts"],
    ["/etc/hosts", "/etc/hosts"],
    ["/work/shop", "/work/shop"],
  ])("at %s is named %s", (filePath, path) => {
    expect(changeBy("Write", { type: "create", filePath, content: "" })?.path).toBe(path);
  });
});

describe("no change is told", () => {
  const write = { type: "create", filePath: "/work/shop/a.ts", content: "x" };

  test.each([
    ["of a call that failed", changeBy("Write", write, true)],
    ["without an account of the result", changeBy("Write", undefined)],
    ["of a tool that is no editor", changeBy("Bash", { stdout: "a" })],
    ["of a tool that looks like one", changeBy("mcp__files__Write", write)],
    ["of what is held back", changeBy("Write", { ...write, staged: true })],
    ["without a path", changeBy("Write", { ...write, filePath: 1 })],
    ["with an empty path", changeBy("Write", { ...write, filePath: "" })],
    [
      "of a notebook that could not be edited",
      changeBy("NotebookEdit", { notebook_path: "/a", error: "no" }),
    ],
  ])("%s", (_, change) => {
    expect(change).toBeUndefined();
  });
});

test.each([
  [null],
  [[null]],
  [[{ ...HUNK, oldStart: "1" }]],
  [[{ ...HUNK, oldLines: -1 }]],
  [[{ ...HUNK, lines: [1] }]],
  [[HUNK, "x"]],
])("a patch of an unexpected shape is left out: %j", (structuredPatch) => {
  const details = { filePath: "/work/shop/a.ts", oldString: "a", newString: "b", structuredPatch };
  expect(changeBy("Edit", details)).toEqual({ type: "changed", path: "a.ts" });
});
