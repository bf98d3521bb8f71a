import { lstat, mkdir, readdir, realpath, rename, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";

import { CleanUp } from "../../lib/clean-up.ts";
import type { StagedChange } from "./stage-changes.ts";
import { isMissing, type TreeEntry } from "./tree-entry.ts";

/** The workspace has changed at one of the paths since the changes were staged. */
export class BaseChanged extends Error {
  readonly path: string;

  constructor(path: string) {
    super("The workspace changed while changes were applied.");
    this.path = path;
  }
}

/**
 * Moves staged changes into the workspace by renaming: first everything that goes is taken away, then everything new is put in
 * place. If a step fails, the steps before it are undone.
 */
export async function bringHome(
  workspace: string,
  stagingFolder: string,
  changes: readonly StagedChange[],
): Promise<void> {
  const undo = new CleanUp();
  const open = changes.filter(({ isDone }) => !isDone);
  try {
    for (const [index, change] of open.entries()) {
      if (change.current)
        await take(workspace, change.path, change.current, join(stagingFolder, `${index}.old`), undo);
    }
    for (const { path, result } of open) if (!result) await removeEmptyFolders(workspace, path, undo);
    for (const { path, result } of open) if (result) await put(workspace, path, result, undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function take(
  workspace: string,
  path: string,
  expected: TreeEntry,
  to: string,
  undo: CleanUp,
): Promise<void> {
  const target = join(workspace, path);
  await requireRealParent(target, path);
  try {
    await rename(target, to);
  } catch (error) {
    if (isMissing(error)) throw new BaseChanged(path);
    throw error;
  }
  undo.defer(() => rename(to, target));
  // Checked after taking it away, so that nothing can change in between.
  const { size, mtime } = await lstat(to);
  if (size !== expected.size || mtime.getTime() !== expected.modifiedAt.getTime())
    throw new BaseChanged(path);
}

async function put(workspace: string, path: string, result: string, undo: CleanUp): Promise<void> {
  const target = join(workspace, path);
  await makeParents(workspace, path, undo);
  await requireRealParent(target, path);
  if (await exists(target)) await clearFolder(target, path, undo);
  await rename(result, target);
  undo.defer(() => rename(target, result));
}

/** An empty folder may be where a file must go. */
async function clearFolder(target: string, path: string, undo: CleanUp): Promise<void> {
  try {
    await rmdir(target);
  } catch {
    throw new BaseChanged(path);
  }
  undo.defer(async () => void (await mkdir(target)));
}

async function makeParents(workspace: string, path: string, undo: CleanUp): Promise<void> {
  const parts = path.split("/").slice(0, -1);
  for (const [index] of parts.entries()) {
    const folder = join(workspace, ...parts.slice(0, index + 1));
    if (await exists(folder)) continue;
    await mkdir(folder);
    undo.defer(() => rmdir(folder));
  }
}

/** Removes folders that held nothing but deleted files. */
async function removeEmptyFolders(workspace: string, path: string, undo: CleanUp): Promise<void> {
  for (let folder = dirname(join(workspace, path)); folder !== workspace; folder = dirname(folder)) {
    if ((await exists(folder)) && (await readdir(folder)).length > 0) return;
    if (!(await exists(folder))) continue;
    const gone = folder;
    await rmdir(gone);
    undo.defer(async () => void (await mkdir(gone)));
  }
}

/** Makes sure that no link leads out of the workspace. */
async function requireRealParent(target: string, path: string): Promise<void> {
  const parent = dirname(target);
  let real: string | undefined;
  try {
    real = await realpath(parent);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  if (real !== parent) throw new BaseChanged(path);
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
