import { join } from "node:path";

import { forEachSlice } from "../../lib/for-each-slice.ts";
import type { Git } from "../git/git.ts";
import { isGitPath, listTree } from "./list-tree.ts";
import { EntryFinder, type TreeEntry } from "./tree-entry.ts";

export interface KeptFiles {
  /** Files and links, in no order. */
  readonly entries: readonly TreeEntry[];
  /** Whether a repository decides which files count. */
  readonly hasRepository: boolean;
  /** Whether there are submodules or other repositories nested in the repository. */
  readonly hasNested: boolean;
}

export interface ListKeptOptions {
  readonly git: Git;
  /** Additional paths to leave out, with everything below them. */
  readonly skip: (path: string) => boolean;
  readonly count?: (entry: TreeEntry) => void;
}

/**
 * The files whose changes count: in a git repository those that are tracked or not ignored, elsewhere all. Git's own files
 * never count.
 */
export async function listKept(
  root: string,
  options: ListKeptOptions,
  signal: AbortSignal,
): Promise<KeptFiles> {
  const listed = await options.git.read(
    root,
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    signal,
  );
  if (listed === undefined) {
    const skip = (path: string) => isGitPath(path) || options.skip(path);
    const { count } = options;
    const all = await listTree(
      root,
      { skip, ...(count && { count: (entry) => countFile(entry, count) }) },
      signal,
    );
    return { entries: all.filter(({ type }) => type !== "folder"), hasRepository: false, hasNested: false };
  }
  return listRepository(root, listed, options, signal);
}

async function listRepository(
  root: string,
  listed: string,
  options: ListKeptOptions,
  signal: AbortSignal,
): Promise<KeptFiles> {
  const entries: TreeEntry[] = [];
  const nested: string[] = [];
  const finder = new EntryFinder(root);
  const visit = (listedPath: string) => {
    const path = listedPath.replace(/\/$/, "");
    if (path === "" || isGitPath(path) || options.skip(path)) return;
    const entry = finder.find(path);
    if (entry === undefined) return;
    if (entry.type === "folder") nested.push(path);
    else {
      options.count?.(entry);
      entries.push(entry);
    }
  };
  // A file with a merge conflict is listed once for each side.
  await forEachSlice(new Set(listed.split("\0")), visit, signal);
  for (const folder of nested) {
    signal.throwIfAborted();
    const inside = await listKept(
      join(root, folder),
      { ...options, skip: (path) => options.skip(`${folder}/${path}`) },
      signal,
    );
    entries.push(...inside.entries.map((entry) => ({ ...entry, path: `${folder}/${entry.path}` })));
  }
  return { entries, hasRepository: true, hasNested: nested.length > 0 };
}

function countFile(entry: TreeEntry, count: (entry: TreeEntry) => void): void {
  if (entry.type !== "folder") count(entry);
}
