import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

import { forEachLimited } from "../../lib/for-each-limited.ts";
import { isMissing, toEntry, type TreeEntry } from "./tree-entry.ts";

const AT_ONCE = 32;

export interface ListTreeOptions {
  /** What is left out, with all that is in it. */
  readonly skip: (path: string) => boolean | Promise<boolean>;
  /** Called for each entry as it is found; throws when there are too many. */
  readonly count?: (entry: TreeEntry) => void;
}

/** All that is in a folder, parents before what is in them. Links are not followed; what cannot be read is left out. */
export async function listTree(
  root: string,
  { skip, count }: ListTreeOptions,
  signal: AbortSignal,
): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  let folders = [""];
  while (folders.length > 0) {
    const paths: string[] = [];
    await forEachLimited(folders, AT_ONCE, async (folder) => {
      signal.throwIfAborted();
      for (const name of await readNames(join(root, folder))) {
        const path = folder === "" ? name : `${folder}/${name}`;
        if (!(await skip(path))) paths.push(path);
      }
    });
    folders = [];
    await forEachLimited(paths, AT_ONCE, async (path) => {
      const entry = await readEntry(root, path);
      if (entry === undefined) return;
      count?.(entry);
      entries.push(entry);
      if (entry.type === "folder") folders.push(path);
    });
  }
  return entries;
}

async function readNames(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isUnreadable(error)) return [];
    throw error;
  }
}

async function readEntry(root: string, path: string): Promise<TreeEntry | undefined> {
  try {
    return toEntry(path, await lstat(join(root, path)));
  } catch (error) {
    // Gone since it was listed.
    if (isUnreadable(error)) return undefined;
    throw error;
  }
}

/** It went meanwhile, or this user may not read it. */
export function isUnreadable(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return isMissing(error) || code === "EACCES" || code === "EPERM" || code === "ELOOP";
}

/** Git's own folders and files, at any depth and in any case: they are no content of the workspace. */
export function isGitPath(path: string): boolean {
  return path.split("/").some((part) => part.toLowerCase() === ".git");
}
