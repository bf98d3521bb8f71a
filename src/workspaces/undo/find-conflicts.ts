import { readdir } from "node:fs/promises";

import type { KeptFileChange } from "../../core/ports/workspace-snapshots.ts";
import { type InPlace, readInPlace } from "../files/file-in-place.ts";
import { isSymlink } from "../files/file-stats.ts";
import { protectName, toSystemPath } from "../files/file-name.ts";

const MAX_LISTED = 10_000;

/** The files that are no longer as the changes left them, or whose earlier content is not known. */
export async function findConflicts(
  folder: string,
  changes: readonly KeptFileChange[],
  signal: AbortSignal,
): Promise<string[]> {
  /** Paths that will be removed before anything is restored. */
  const removed = new Set(changes.flatMap(({ type, path }) => (type === "deleted" ? [] : path)));
  const conflicts: string[] = [];
  for (const change of changes) {
    signal.throwIfAborted();
    const isFree = await isFreeAgain(folder, change, removed);
    if (!isFree || !(await isAsLeft(folder, change))) conflicts.push(change.path);
  }
  return conflicts;
}

/** Whether the file that the change left is still there, unchanged. */
async function isAsLeft(folder: string, change: KeptFileChange): Promise<boolean> {
  const { type, path, before, after, modeAfter } = change;
  if (type !== "created" && before === undefined) return false;
  if (type === "deleted") return true;
  if (after === undefined) return false;
  const now = await readInPlace(folder, path, after.length);
  return hasContent(now) && Buffer.compare(now.bytes, after) === 0 && isExpectedType(now, modeAfter);
}

function hasContent(now: InPlace): now is Extract<InPlace, { type: "file" | "symlink" }> {
  return now.type === "file" || now.type === "symlink";
}

function isExpectedType(now: InPlace, mode: number | undefined): boolean {
  return (now.type === "symlink") === (mode !== undefined && isSymlink(mode));
}

/** Whether the place for a restored file is empty, or holds only files that will be removed. */
async function isFreeAgain(
  folder: string,
  { type, path, previousPath }: KeptFileChange,
  removed: ReadonlySet<string>,
): Promise<boolean> {
  const target = type === "deleted" ? path : previousPath;
  if (target === undefined || (type !== "deleted" && type !== "renamed")) return true;
  if (removed.has(target)) return true;
  const now = await readInPlace(folder, target, 0);
  if (now.type === "nothing") return true;
  if (now.type === "folder") return holdsOnly(folder, target, removed);
  // The path may lie below a file that will be removed.
  return now.type === "unknown" && parentsOf(target).some((parent) => removed.has(parent));
}

async function holdsOnly(folder: string, path: string, removed: ReadonlySet<string>): Promise<boolean> {
  const entries = await readdir(toSystemPath(folder, path), { recursive: true, withFileTypes: true });
  if (entries.length > MAX_LISTED) return false;
  const start = Buffer.from(toSystemPath(folder, "")).toString().length;
  return entries.every((entry) => {
    const whole = `${entry.parentPath.slice(start)}/${entry.name}`.replaceAll("//", "/");
    return entry.isDirectory() || removed.has(protectName(whole));
  });
}

function parentsOf(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_part, at) => parts.slice(0, at + 1).join("/"));
}
