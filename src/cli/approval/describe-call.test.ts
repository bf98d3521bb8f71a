import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";

import { plain } from "../../../test/cli/fake-context.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";
import { describeCall } from "./describe-call.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "turnpike-call-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function shown(toolName: string, input: JsonObject, columns = 80): Promise<string> {
  return plain(await describeCall({ toolName, input }, columns));
}

test("a command of several lines is shown as lines, with tabs and carriage returns to be seen", async () => {
  const command = "cd build &&\n\trm -rf x\r\necho done";
  expect(await shown("Bash", { command, timeout: 5000 })).toBe(
    [
      "    command:",
      "      │ cd build &&",
      "      │ →   rm -rf x\\r",
      "      │ echo done",
      "    timeout: 5000",
    ].join("\n"),
  );
});

test("nothing of a long command is left out, and no line of it begins at the left margin", async () => {
  const lines = Array.from({ length: 500 }, (_, index) => `echo ${index} ${"漢x".repeat(40)}`);
  const text = await shown("Bash", { command: lines.join("\n") });
  const told = text.split("\n").slice(1);
  for (const line of told) expect(line).toMatch(/^ {6}[│┆] /);
  expect(told.map((line) => (line.includes("│") ? "\n" : "") + line.slice(8)).join("")).toBe(
    `\n${lines.join("\n")}`,
  );
});

test("an edit is a diff in its file", async () => {
  const path = join(folder, "a.txt");
  writeFileSync(path, Array.from({ length: 40 }, (_, index) => `line ${index + 1}\n`).join(""));
  const input = { file_path: path, old_string: "line 20\nline 21", new_string: "line 20\nnew" };
  expect(await shown("Edit", input)).toBe(
    [
      `      │ --- ${path}`,
      `      │ +++ ${path}`,
      "      │ @@ -18,7 +18,7 @@",
      "      │  line 18",
      "      │  line 19",
      "      │  line 20",
      "      │ -line 21",
      "      │ +new",
      "      │  line 22",
      "      │  line 23",
      "      │  line 24",
    ].join("\n"),
  );
  const everywhere = await shown("Edit", {
    file_path: path,
    old_string: "line 1",
    new_string: "L1",
    replace_all: true,
  });
  expect(everywhere.match(/^ +│ \+L1/gm)).toHaveLength(11);
  expect(everywhere.match(/^ +│ @@ -\S+ \+\S+ @@$/gm)).toHaveLength(2);
});

test("of an edit whose place is not found both texts are shown", async () => {
  const input = { file_path: join(folder, "gone.txt"), old_string: "a\nb", new_string: "a\nc" };
  const text = await shown("Edit", input);
  for (const line of ["│ @@", "│  a", "│ -b", "│ +c"]) expect(text).toContain(line);
});

test("a new file is all new, and a file that is written over is a diff", async () => {
  const path = join(folder, "new.txt");
  const written = await shown("Write", { file_path: path, content: "one\ntwo\n" });
  expect(written).toBe(
    ["--- /dev/null", `+++ ${path}`, "@@ -0,0 +1,2 @@", "+one", "+two"]
      .map((line) => `      │ ${line}`)
      .join("\n"),
  );
  writeFileSync(path, "one\n2\n");
  expect(await shown("Write", { file_path: path, content: "one\ntwo\n" })).toContain("│ -2\n      │ +two");
});

test("what is no file and what is no edit is shown value by value", async () => {
  expect(await shown("Write", { file_path: folder, content: 5 })).toBe(
    `    file_path: ${folder}\n    content: 5`,
  );
  expect(await shown("Write", { file_path: "/dev/zero", content: "x" })).toContain("│ +x");
  expect(await shown("mcp__x__y", { deep: { list: ["a\nb"], text: "x".repeat(80) } })).toContain(
    '│     "a\\nb"',
  );
});

test("no input steers the terminal or leaves its place", async () => {
  const text = fc.string({ unit: "binary", maxLength: 60 });
  const input = fc.dictionary(text, fc.oneof(text, fc.array(text)));
  await fc.assert(
    fc.asyncProperty(input, fc.constantFrom("Bash", "Edit", "Write"), async (given, toolName) => {
      for (const line of (await shown(toolName, given, 40)).split("\n")) {
        expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(line.length).toBeLessThanOrEqual(40);
        if (line !== "") expect(line).toMatch(/^ {4}/);
      }
    }),
  );
});
