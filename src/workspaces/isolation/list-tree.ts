import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { forEachSlice } from "../../lib/for-each-slice.ts";
import { isUnreadable, toEntry, type TreeEntry } from "./tree-entry.ts";

export interface ListTreeOptions {
  /** Paths to leave out, with everything below them. */
  readonly skip: (path: string) => boolean;
  /** Called for each entry as it is found; throws when there are too many. */
  readonly count?: ((entry: TreeEntry) => void) | undefined;
}

/** Everything in a folder, parents before their contents. Links are not followed; entries that cannot be read are left out. */
export async function listTree(
  root: string,
  { skip, count }: ListTreeOptions,
  signal: AbortSignal,
): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  // Grows during the loop.
  const folders = [""];
  const visit = (folder: string) => {
    for (const name of orNothing(() => readdirSync(join(root, folder))) ?? []) {
      const path = folder === "" ? name : `${folder}/${name}`;
      if (skip(path)) continue;
      const entry = orNothing(() => toEntry(path, lstatSync(join(root, path))));
      if (entry === undefined) continue;
      count?.(entry);
      entries.push(entry);
      if (entry.type === "folder") folders.push(path);
    }
  };
  await forEachSlice(folders, visit, signal);
  return entries;
}

/** Undefined for an entry that has disappeared since it was listed, or that this user may not read. */
export function orNothing<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (isUnreadable(error)) return undefined;
    throw error;
  }
}

/** Git's own folders and files, at any depth and in upper or lower case: they are not content of the workspace. */
export function isGitPath(path: string): boolean {
  return /(?:^|\/)\.git(?:\/|$)/i.test(path);
}
