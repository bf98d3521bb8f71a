import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";

import { formatUnifiedDiff, hunksBetween } from "./unified-diff.ts";

const folder = mkdtempSync(join(tmpdir(), "turnpike-diff-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Applies the diff to a file with git. */
function applyTo(before: string, diff: string): string {
  writeFileSync(join(folder, "a.txt"), before);
  execFileSync("git", ["apply", "--unidiff-zero", "-"], { cwd: folder, input: diff, stdio: "pipe" });
  return readFileSync(join(folder, "a.txt"), "utf8");
}

test.each([
  ["a line in the middle", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"],
  ["the first line", "1\n2\n", "one\n2\n"],
  ["lines added at the end", "1\n", "1\n2\n3\n"],
  ["lines added at the front", "1\n", "0\n1\n"],
  ["a line that is there twice", "x\nx\n", "x\nx\nx\n"],
  ["all lines", "1\n2\n", "3\n"],
  ["a line break put at the end", "1\n2", "1\n2\n"],
  ["a line break taken from the end", "1\n2\n", "1\n2"],
  ["a last line without a break", "1\n2", "1\n3"],
  ["lines that begin like a diff", "-a\n+b\n@@ c\n", "--- a\n+++ b\n@@ c\n"],
  ["two places", "1\n2\n3\n4\n5\n", "one\n2\n3\n4\nfive\n"],
])("git applies it: %s", (_, before, after) => {
  expect(applyTo(before, formatUnifiedDiff("a.txt", hunksBetween(before, after)))).toBe(after);
});

test("git applies it to any two texts", () => {
  const text = fc
    .array(fc.constantFrom("a", "b", "", "\n"), { minLength: 1, maxLength: 8 })
    .map((parts) => parts.join("\n"));
  fc.assert(
    fc.property(text, text, (before, after) => {
      fc.pre(before !== after && before !== "" && after !== "");
      expect(applyTo(before, formatUnifiedDiff("a.txt", hunksBetween(before, after)))).toBe(after);
    }),
    { numRuns: 60 },
  );
}, 30_000);

test("a new file of very many lines", () => {
  const [hunk] = hunksBetween("", "line\n".repeat(300_000));
  expect(hunk).toMatchObject({ oldLines: 0, newLines: 300_000 });
  expect(hunk?.lines).toHaveLength(300_000);
});

test("texts that are the same have no difference", () => {
  expect(hunksBetween("a\n", "a\n")).toEqual([]);
});

test("a new file", () => {
  const diff = formatUnifiedDiff("src/a b.txt", hunksBetween("", "1\n2"), true);
  expect(diff).toBe(
    "--- /dev/null\n+++ b/src/a b.txt\n@@ -0,0 +1,2 @@\n+1\n+2\n\\ No newline at end of file\n",
  );
  expect(formatUnifiedDiff("a.txt", hunksBetween("", ""), true)).toBe("--- /dev/null\n+++ b/a.txt\n");
});

test("a name that would break its line is quoted as git does", () => {
  const [, name] = formatUnifiedDiff('a\n"\\é.txt', []).split("\n");
  expect(name).toBe('+++ "b/a\\n\\"\\\\é.txt"');
});
