import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";

import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import type { KeptFileChange } from "../../src/core/ports/workspace-snapshots.ts";
import { FolderSnapshots } from "../../src/workspaces/changes/folder-snapshots.ts";
import { restoreChanges } from "../../src/workspaces/undo/restore-changes.ts";
import {
  makeFolder,
  makeRepository,
  readTruth,
  text,
  type Truth,
  truthOfChanges,
  withoutRenames,
} from "./changes-folder.ts";
import { gitOperation, operation, play } from "./changes-operations.ts";

const signal = new AbortController().signal;
const scratchFolder = join(mkdtempSync(join(tmpdir(), "changes-scratch-")), "scratch");
const snapshots = new FolderSnapshots({ scratchFolder, logger: SILENT_LOGGER, environment: process.env });
afterAll(async () => {
  await snapshots.close();
  rmSync(join(scratchFolder, ".."), { recursive: true, force: true });
});

const KINDS = [
  { kind: "a git repository", isRepository: true },
  { kind: "a plain folder", isRepository: false },
];

describe.each(KINDS)("whatever happens to the files of $kind", ({ isRepository }) => {
  const commands = fc.array(
    isRepository ? fc.oneof({ weight: 5, arbitrary: operation }, gitOperation) : operation,
    {
      minLength: 1,
      maxLength: 8,
    },
  );

  test("is reported as it is, with contents and diffs, and can be undone", { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { maxLength: 6 }),
        fc.array(operation, { maxLength: 2 }),
        commands,
        async (made, dirty, played) => {
          using folder = makeFolder();
          folder.write("a.txt", "one\ntwo\nthree\n");
          folder.write("dir/c.txt", "one\ntwo\nthree\nfour\nfive\nsix\n");
          folder.write("dir/deep/e.txt", "no end");
          for (const command of made) play(folder, command);
          if (isRepository) makeRepository(folder);
          for (const command of dirty) play(folder, command);
          const before = readTruth(folder.path);
          await using snapshot = await snapshots.take(folder.path, signal);

          for (const command of played) play(folder, command);

          const after = readTruth(folder.path);
          const { changes, isComplete } = await snapshot.compare(signal);
          expect(isComplete).toBe(true);
          expect(withoutRenames(changes)).toEqual(truthOfChanges(before, after));
          for (const change of changes) expectContents(change, before, after);
          expect(applyDiffs(changes, before)).toEqual(contentsOf(changes, after));

          const outcome = await restoreChanges(folder.path, changes, signal);
          expect(outcome.type).toBe("restored");
          expect(truthOfChanges(before, readTruth(folder.path))).toEqual([]);
        },
      ),
      { numRuns: Number(process.env.CHANGES_RUNS ?? 25) },
    );
  });
});

function expectContents(change: KeptFileChange, before: Truth, after: Truth): void {
  const was = change.type === "created" ? undefined : before.get(change.previousPath ?? change.path);
  const is = change.type === "deleted" ? undefined : after.get(change.path);
  expect(text(change.before)).toBe(was && utf8AsBytes(was));
  expect(text(change.after)).toBe(is && utf8AsBytes(is));
  expect(change.modeBefore).toBe(was?.mode);
  expect(change.modeAfter).toBe(is?.mode);
}

/** A link's target is read as text, a file's content as bytes. */
function utf8AsBytes({ content, mode }: { content: string; mode: number }): string {
  return (mode & 0o170000) === 0o120000 ? Buffer.from(content).toString("latin1") : content;
}

/** What git makes of the files that changed when it is given the diffs. */
function applyDiffs(changes: readonly KeptFileChange[], before: Truth): string[] {
  using folder = makeFolder();
  const withDiff = changes.filter(({ diff }) => diff !== undefined);
  if (withDiff.length === 0) return [];
  for (const { path, previousPath, type } of withDiff) {
    const from = previousPath ?? path;
    const was = before.get(from);
    if (type === "created" || !was) continue;
    if ((was.mode & 0o170000) === 0o120000)
      folder.run(`mkdir -p "$(dirname '${from}')" && ln -s '${was.content}' '${from}'`);
    else folder.write(from, Buffer.from(was.content, "latin1"), was.mode & 0o777);
  }
  folder.write("../patch", withDiff.map(({ diff }) => diff).join(""));
  folder.run("git init -q && git apply --whitespace=nowarn --unidiff-zero ../patch");
  const applied = readTruth(folder.path);
  return [...applied].map(([path, { content }]) => `${path}: ${content}`).sort();
}

function contentsOf(changes: readonly KeptFileChange[], after: Truth): string[] {
  return changes
    .filter(({ diff, type }) => diff !== undefined && type !== "deleted")
    .map(({ path }) => `${path}: ${after.get(path)?.content}`)
    .sort();
}
