import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { MemoryConversationLock } from "../../src/cluster/memory/memory-conversation-lock.ts";
import { createTurnUndo } from "../../src/core/file-changes/undo-turn.ts";
import { through } from "../../src/lib/staged-stream.ts";
import { FileChangeWatch } from "../../src/core/file-changes/watch-file-changes.ts";
import { SILENT_LOGGER } from "../../src/core/ports/logger.ts";
import { RunningTurns } from "../../src/core/turn/running-turns.ts";
import type { EngineEvent } from "../../src/core/words/turn-event.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { FolderSnapshots } from "../../src/workspaces/changes/folder-snapshots.ts";
import { restoreChanges } from "../../src/workspaces/undo/restore-changes.ts";
import { requireSameFolder } from "../../src/workspaces/require-same-folder.ts";
import { ALICE, conversation, newTurn, turnId } from "../conformance/store-fixtures.ts";
import { TURN_END } from "../http/scripted-server.ts";

const T1 = turnId("t1");
const BINARY = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) % 251));

let home: string;
let folder: string;
let store: Store;
let snapshots: FolderSnapshots;

beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), "turnpike-undo-")));
  folder = join(home, "workspace");
  await mkdir(join(folder, "src"), { recursive: true });
  snapshots = new FolderSnapshots({ scratchFolder: join(home, "scratch"), logger: SILENT_LOGGER });
  store = await openStore({
    location: { type: "sqlite", file: ":memory:" },
    retention: { content: "keep" },
  });
});
afterEach(async () => {
  await snapshots.close();
  await store.close();
  await rm(home, { recursive: true });
});

const path = (name: string) => join(folder, name);
const read = (name: string) => readFile(path(name), "latin1");

/** A turn in which something happens in the workspace; returns what is told of it. */
async function runTurn(change: () => Promise<void>): Promise<EngineEvent[]> {
  const line = conversation("c1");
  await store.beginTurn(line, newTurn("t1", line));
  const watch = new FileChangeWatch({
    folder,
    snapshots,
    store: store.fileChanges,
    turnId: T1,
    conversationId: line.id,
    principalId: ALICE,
    clock: Date.now,
    logger: SILENT_LOGGER,
    signal: new AbortController().signal,
  });
  async function* events(): AsyncGenerator<EngineEvent> {
    await watch.beforeTool({ name: "Bash", mayChangeFiles: true });
    await change();
    yield TURN_END;
  }
  return Array.fromAsync(through(events(), watch.stage()));
}

function undo(): Promise<readonly string[]> {
  const undoTurn = createTurnUndo({
    store: store.fileChanges,
    running: new RunningTurns(new MemoryConversationLock()),
    requireSameFolder,
    restore: restoreChanges,
    clock: Date.now,
  });
  return undoTurn(ALICE, T1);
}

/** Files of every kind before the turn, and what it does to them. */
async function prepare(): Promise<void> {
  await writeFile(path("changed.txt"), "one\ntwo\n");
  await writeFile(path("deleted.bin"), BINARY);
  await writeFile(path("src/old name.txt"), "moved\n".repeat(20));
  await writeFile(path("run.sh"), "#!/bin/sh\n");
  await writeFile(path("empty"), "");
  await writeFile(path("same.txt"), "same\n");
}

async function work(): Promise<void> {
  await writeFile(path("changed.txt"), "one\n2\n");
  await rm(path("deleted.bin"));
  await rename(path("src/old name.txt"), path("new name.txt"));
  await chmod(path("run.sh"), 0o755);
  await rm(path("empty"));
  await mkdir(path("made/deep"), { recursive: true });
  await writeFile(path("made/deep/é.txt"), "new\n");
}

test("a turn is undone byte for byte", async () => {
  await prepare();
  const [told] = await runTurn(work);
  if (told?.type !== "file-changes") throw new Error("Nothing was told.");
  expect(told.isComplete).toBe(true);
  expect(told.changes.map(({ type, path: name, previousPath }) => [type, name, previousPath])).toEqual([
    ["changed", "changed.txt", undefined],
    ["deleted", "deleted.bin", undefined],
    ["deleted", "empty", undefined],
    ["created", "made/deep/é.txt", undefined],
    ["renamed", "new name.txt", "src/old name.txt"],
    ["changed", "run.sh", undefined],
  ]);
  const made = told.changes.find((change) => change.type === "created");
  const kept = await store.fileChanges.loadContent(ALICE, made?.contentId ?? "");
  expect(Buffer.from(kept?.content ?? []).toString()).toBe("new\n");

  expect(await undo()).toHaveLength(6);
  expect(await read("changed.txt")).toBe("one\ntwo\n");
  expect((await readFile(path("deleted.bin"))).equals(BINARY)).toBe(true);
  expect(await read("src/old name.txt")).toBe("moved\n".repeat(20));
  expect(await read("empty")).toBe("");
  expect((await stat(path("run.sh"))).mode & 0o777).toBe(0o644);
  await expect(stat(path("new name.txt"))).rejects.toMatchObject({ code: "ENOENT" });
  await expect(stat(path("made/deep/é.txt"))).rejects.toMatchObject({ code: "ENOENT" });
  await expect(undo()).rejects.toMatchObject({ info: { kind: "conflict" } });
});

test("nothing is undone when one file has changed since, and all once it is as it was", async () => {
  await prepare();
  await runTurn(work);
  await writeFile(path("changed.txt"), "mine\n");
  await expect(undo()).rejects.toMatchObject({
    info: { kind: "conflict", message: expect.stringContaining("changed.txt") },
  });
  expect(await read("changed.txt")).toBe("mine\n");
  await expect(stat(path("deleted.bin"))).rejects.toMatchObject({ code: "ENOENT" });
  await writeFile(path("changed.txt"), "one\n2\n");
  expect(await undo()).toHaveLength(6);
});

test("nothing is written through a link that took the workspace's place", async () => {
  await prepare();
  await runTurn(work);
  await rename(folder, join(home, "moved"));
  await symlink(join(home, "moved"), folder);
  await expect(undo()).rejects.toMatchObject({ info: { kind: "engine-failed" } });
  await expect(stat(join(home, "moved/deleted.bin"))).rejects.toMatchObject({ code: "ENOENT" });
});

test("nothing is written through a link that took the place of a folder inside", async () => {
  await prepare();
  await runTurn(work);
  await rename(path("src"), join(home, "outside"));
  await symlink(join(home, "outside"), path("src"));
  await expect(undo()).rejects.toMatchObject({ info: { kind: "conflict" } });
  await expect(stat(join(home, "outside/old name.txt"))).rejects.toMatchObject({ code: "ENOENT" });
});
