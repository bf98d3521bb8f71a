import { execFileSync } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, expect, test } from "vitest";

import type { FileChange } from "../../src/core/words/file-change.ts";
import { reply, text, toolUse } from "../../src/demo/build-reply.ts";
import { DEFAULT_PERMISSIONS } from "../engine/turn-input.ts";
import { runTurn, say, shareClaude } from "./share-claude.ts";

const claude = shareClaude();
const path = (name: string) => join(claude().workspace, name);

beforeEach(async () => {
  await rm(claude().workspace, { recursive: true, force: true });
  await mkdir(claude().workspace);
});

type Call = readonly [name: string, input: object];

/** Runs calls in one turn; returns what their results say that they changed. */
async function changesOf(calls: readonly Call[]): Promise<FileChange[]> {
  const { model, start, agent } = claude();
  const replies = calls.map(([name, input], index) =>
    reply({ blocks: [toolUse(name, input, { id: `toolu_${index}` })] }),
  );
  model.respondWith([...replies, text("Done.")]);
  const turn = { ...say("Work."), permissions: { ...DEFAULT_PERMISSIONS, mode: "acceptEdits" as const } };
  const session = await start(agent(), { firstTurn: turn });
  const events = await runTurn(session, turn);
  await session.close();
  return events.flatMap((event) => (event.type === "file-change" ? [event.change] : []));
}

test("what is told of edits is what git makes of the files", async () => {
  const before = 'function a() {\n\treturn "&$1";\n}\n1\n2\n3\n4\n5\n6\n7\n8\n\tlast';
  await writeFile(path("tabs é.ts"), before);
  await writeFile(path("whole.txt"), "\t1\n2\n");
  await writeFile(path("a.ipynb"), NOTEBOOK);
  const changes = await changesOf([
    ["Read", { file_path: path("tabs é.ts") }],
    ["Read", { file_path: path("whole.txt") }],
    ["Read", { file_path: path("a.ipynb") }],
    [
      "Edit",
      { file_path: path("tabs é.ts"), old_string: '\treturn "&$1";', new_string: '\t\treturn "&$2";\n' },
    ],
    ["Edit", { file_path: path("tabs é.ts"), old_string: "\tlast", new_string: "\tend" }],
    ["Write", { file_path: path("whole.txt"), content: "\t1\n\tzwei" }],
    ["Write", { file_path: path("src/new.txt"), content: "\tnew & $1\n" }],
    ["Edit", { file_path: path("made.txt"), old_string: "", new_string: "made\n" }],
    ["NotebookEdit", { notebook_path: path("a.ipynb"), cell_id: "c1", new_source: "x = 2" }],
    ["Write", { file_path: "/proc/no/such", content: "x" }],
  ]);
  expect(changes.map(({ type, path: name }) => [type, name])).toEqual([
    ["changed", "tabs é.ts"],
    ["changed", "tabs é.ts"],
    ["changed", "whole.txt"],
    ["created", "src/new.txt"],
    ["created", "made.txt"],
    ["changed", "a.ipynb"],
  ]);
  const copy = join(claude().folder, "copy");
  await mkdir(copy);
  await writeFile(join(copy, "tabs é.ts"), before);
  await writeFile(join(copy, "whole.txt"), "\t1\n2\n");
  await writeFile(join(copy, "a.ipynb"), NOTEBOOK);
  for (const { diff = "" } of changes) {
    execFileSync("git", ["apply", "-"], { cwd: copy, input: diff, stdio: "pipe" });
  }
  for (const name of new Set(changes.map((change) => change.path))) {
    expect(await readFile(join(copy, name), "utf8")).toBe(await readFile(path(name), "utf8"));
  }
});

const NOTEBOOK = JSON.stringify(
  {
    cells: [
      { cell_type: "code", id: "c1", metadata: {}, outputs: [], execution_count: null, source: ["x = 1"] },
    ],
    metadata: {
      kernelspec: { name: "python3", language: "python", display_name: "Python 3" },
      language_info: { name: "python" },
    },
    nbformat: 4,
    nbformat_minor: 5,
  },
  null,
  1,
);
