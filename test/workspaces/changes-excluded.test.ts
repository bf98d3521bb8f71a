import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";

import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import { FolderSnapshots } from "../../src/workspaces/changes/folder-snapshots.ts";
import { makeFolder, makeRepository, summarize, type TestFolder } from "./changes-folder.ts";

const signal = new AbortController().signal;

/** What a change of every file there comes to, when these paths are excluded. */
async function compareWithout(
  folder: TestFolder,
  excludedPaths: readonly string[],
  change: () => void,
  below = "",
): Promise<string[]> {
  const scratchFolder = join(mkdtempSync(join(tmpdir(), "changes-scratch-")), "scratch");
  const snapshots = new FolderSnapshots({
    scratchFolder,
    logger: SILENT_LOGGER,
    environment: process.env,
    excludedPaths,
  });
  try {
    await using snapshot = await snapshots.take(join(folder.path, below), signal);
    change();
    return summarize((await snapshot.compare(signal)).changes);
  } finally {
    await snapshots.close();
    rmSync(dirname(scratchFolder), { recursive: true });
  }
}

function changeAll(folder: TestFolder): void {
  for (const name of [
    "a.txt",
    "data/db",
    "data/new",
    "database.txt",
    ".claude/x/y",
    ".claude.json",
    ".claude.json.backup",
    "sub/data/a",
    "sub/[1] *?\\/z",
  ]) {
    folder.write(name, `${name} is different`);
  }
}

const EXCLUDED = ["data", ".claude/", ".claude.json*", "sub/[1] *?\\", "not/there"];
const SEEN = ["changed a.txt", "created database.txt", "created sub/data/a"];

test.each(["a repository with all in it", "a repository with some in it", "a plain folder"])(
  "%s",
  async (kind) => {
    using folder = makeFolder();
    for (const name of ["a.txt", "data/db", ".claude/settings.json", ".claude.json"])
      folder.write(name, name);
    if (kind.includes("some")) folder.run("git init -q && git add a.txt && git commit -qm one");
    if (kind.includes("all")) makeRepository(folder);
    const excluded = EXCLUDED.map((path) => join(folder.path, path));
    expect(await compareWithout(folder, excluded, () => changeAll(folder))).toEqual(SEEN);
  },
);

test("a repository above the workspace, and one inside of it", async () => {
  using folder = makeFolder();
  folder.write("sub/a.txt", "a");
  folder.write("sub/inner/b.txt", "b");
  makeRepository({ ...folder, run: (script) => folder.run(`cd sub/inner && ${script}`) });
  folder.run("git init -q && git add sub/a.txt && git commit -qm one");
  const excluded = [join(folder.path, "sub/data"), join(folder.path, "sub/inner/data")];
  const change = () => {
    for (const name of ["data/x", "data.txt", "inner/data/x", "inner/b.txt"])
      folder.write(`sub/${name}`, "other");
  };
  expect(await compareWithout(folder, excluded, change, "sub")).toEqual([
    "created data.txt",
    "changed inner/b.txt",
  ]);
});

test("a workspace that lies in what is excluded, or is it, is looked at", async () => {
  using folder = makeFolder();
  mkdirSync(join(folder.path, "sub"));
  const change = () => folder.write("sub/a.txt", "new");
  expect(await compareWithout(folder, [folder.path], change, "sub")).toEqual(["created a.txt"]);
  expect(
    await compareWithout(folder, [join(folder.path, "sub")], () => folder.write("sub/b.txt", ""), "sub"),
  ).toEqual(["created b.txt"]);
});

test("named by way of a link, and made only later", async () => {
  using folder = makeFolder();
  mkdirSync(join(folder.path, "real"));
  const link = `${folder.path}-link`;
  symlinkSync(folder.path, link);
  const change = () => {
    folder.write("data/x", "x");
    folder.write(".claude.json.lock", "x");
    folder.write("seen", "x");
  };
  const excluded = [join(link, "data"), join(link, ".claude.json*")];
  expect(await compareWithout(folder, excluded, change)).toEqual(["created seen"]);
});
