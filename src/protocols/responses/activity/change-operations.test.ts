import { expect, test } from "vitest";

import { applyDiff } from "../../../../test/clients/apply-diff.ts";
import type { FileChange } from "../../../core/words/file-change.ts";
import { changeOperations } from "./change-operations.ts";

const HEADERS = "--- a/x.ts\n+++ b/x.ts\n";

function operationOf(change: Omit<FileChange, "path">) {
  const [first] = changeOperations({ path: "x.ts", ...change });
  return { diff: "", ...first?.operation };
}

test.each([
  ["@@ -0,0 +1,2 @@\n+one\n+two\n", "one\ntwo\n"],
  ["@@ -0,0 +1,2 @@\n+one\n+two\n\\ No newline at end of file\n", "one\ntwo"],
  ["@@ -0,0 +1 @@\n+++ plus\n", "++ plus\n"],
])("a created file is its content: %j", (diff, content) => {
  const operation = operationOf({ type: "created", diff: HEADERS + diff });
  expect(operation).toMatchObject({ type: "create_file", path: "x.ts" });
  expect(applyDiff("", operation.diff, "create")).toBe(content);
});

test("a changed file is its hunks, which OpenAI's own code can apply", () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`).join("\n");
  const diff = `${HEADERS}@@ -1,3 +1,3 @@ function a() {\n line 1\n-line 2\n+LINE 2\n line 3\n@@ -19,2 +19,3 @@\n line 19\n line 20\n\\ No newline at end of file\n+line 21\n`;
  const operation = operationOf({ type: "changed", diff });
  expect(operation).toMatchObject({ type: "update_file", path: "x.ts" });
  expect(operation.diff.split("\n").filter((line) => line.startsWith("@@"))).toEqual(["@@", "@@"]);
  expect(applyDiff(before, operation.diff)).toBe(`${before.replace("line 2\n", "LINE 2\n")}\nline 21`);
});

test("what has no text says so", () => {
  expect(changeOperations({ type: "changed", path: "logo.png" })).toEqual([
    {
      operation: { type: "update_file", path: "logo.png", diff: "" },
      remark: "There is no text to show of it.",
    },
  ]);
});

test("a rename is a deletion and a creation that know of each other", () => {
  const renamed: FileChange = { type: "renamed", path: "b.ts", previousPath: "a.ts" };
  expect(changeOperations(renamed)).toEqual([
    { operation: { type: "delete_file", path: "a.ts" }, remark: "Renamed to b.ts." },
    { operation: { type: "create_file", path: "b.ts", diff: "" }, remark: "Renamed from a.ts." },
  ]);
  const [, created] = changeOperations({ ...renamed, diff: `${HEADERS}@@ -1 +1 @@\n-x\n+y\n` });
  expect(created?.remark).toBe("Renamed from a.ts, and changed:\n@@\n-x\n+y");
});
