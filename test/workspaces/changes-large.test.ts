import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import { FolderSnapshots } from "../../src/workspaces/changes/folder-snapshots.ts";
import { makeFolder, makeRepository, summarize } from "./changes-folder.ts";
import { fillFolder } from "./fill-folder.ts";

const FILES = 50_000;
/** Far more than it takes: only what is wrong by a multiple shall fail on a busy machine. */
const SANE_MS = 10_000;

const signal = new AbortController().signal;
const scratchFolder = join(mkdtempSync(join(tmpdir(), "changes-scratch-")), "scratch");
const snapshots = new FolderSnapshots({ scratchFolder, logger: SILENT_LOGGER, environment: process.env });
afterAll(async () => {
  await snapshots.close();
  rmSync(join(scratchFolder, ".."), { recursive: true, force: true });
});

describe.each([
  ["a git repository", true],
  ["a plain folder", false],
])("%s of 50,000 files", (_name, isRepository) => {
  test("is compared in little time, and rightly", { timeout: 180_000 }, async () => {
    using folder = makeFolder();
    fillFolder(folder.path, FILES);
    if (isRepository) makeRepository(folder);
    // Files from the very last moment would all be read, as their times do not tell.
    folder.run("sleep 0.1");

    const script = `sed -i s/number/NUMBER/ folder3/part7/file9.ts && mv folder4/part8 folder4/moved && rm folder5/part9/file1.ts
      echo new > folder6/new.ts && sed -i s/number/NUMBER/ folder7/part1/file2.ts && sed -i s/NUMBER/number/ folder7/part1/file2.ts`;
    const undo = `sed -i s/NUMBER/number/ folder3/part7/file9.ts && mv folder4/moved folder4/part8 && rm folder6/new.ts
      echo gone > folder5/part9/file1.ts`;
    for (const round of ["first", "second"]) {
      const startedAt = performance.now();
      await using snapshot = await snapshots.take(folder.path, signal);
      const takenAt = performance.now();
      folder.run(script);
      const endedAt = performance.now();
      const { changes, isComplete } = await snapshot.compare(signal);
      const comparedMs = performance.now() - endedAt;
      const takenMs = takenAt - startedAt;
      console.log(`${round}: ${Math.round(takenMs)} ms to take, ${Math.round(comparedMs)} ms to compare`);

      expect(isComplete).toBe(true);
      const others = changes.filter(
        ({ path }) => !path.startsWith("folder4/moved/") && !path.startsWith("folder7/"),
      );
      expect(summarize(others)).toEqual([
        "changed folder3/part7/file9.ts",
        "deleted folder5/part9/file1.ts",
        "created folder6/new.ts",
      ]);
      const moved = changes.filter(({ path }) => path.startsWith("folder4/moved/"));
      expect(moved.length).toBe(100);
      expect(
        moved.every(
          ({ type, path, previousPath }) =>
            type === "renamed" && previousPath === path.replace("moved", "part8"),
        ),
      ).toBe(true);
      // Without a repository it is only known to be as before when it had been read before.
      if (isRepository) expect(changes.length).toBe(103);
      expect(takenMs + comparedMs).toBeLessThan(SANE_MS);
      folder.run(undo);
    }
  });
});
