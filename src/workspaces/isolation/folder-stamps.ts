import { readFile, rename, rm, writeFile } from "node:fs/promises";

import { forEachSlice } from "../../lib/for-each-slice.ts";
import { EntryFinder, type TreeEntry } from "./tree-entry.ts";

/**
 * A file of the workspace as it was. `stamp` is the stamp of the conversation's file while the two were known to be equal, so
 * that an unchanged file need not be read; empty when that is not known.
 */
export type StampedEntry = Omit<TreeEntry, "modifiedAt">;

/** The stamps of all files as they were. They only save time: without them, all files are listed and read. */
export type FolderStamps = ReadonlyMap<string, StampedEntry>;

/**
 * Takes the stamps of a new folder's files. `isSame` tells which ones equal the workspace's.
 * @param kept the files of the workspace, with paths relative to it
 */
export async function takeStamps(
  kept: readonly StampedEntry[],
  folder: string,
  isSame: (path: string) => boolean,
  signal: AbortSignal,
): Promise<FolderStamps> {
  const stamps = new Map<string, StampedEntry>();
  const finder = new EntryFinder(folder);
  const visit = ({ path, type, size, mode }: StampedEntry) => {
    const found = finder.find(path);
    // Deleted while it was copied: then it is not in the copy of the workspace as it was, either.
    if (found === undefined && isSame(path)) return;
    if (found === undefined || !isSame(path)) stamps.set(path, { path, type, size, mode, stamp: "" });
    else stamps.set(path, { path, type, size: found.size, mode: found.mode, stamp: found.stamp });
  };
  await forEachSlice(kept, visit, signal);
  return stamps;
}

/** Undefined when there are none, or they cannot be read. */
export async function loadStamps(file: string): Promise<FolderStamps | undefined> {
  try {
    // Proof for the cast: only `saveStamps` writes this file, and it does so atomically.
    const rows = JSON.parse(await readFile(file, "utf8")) as [
      string,
      TreeEntry["type"],
      number,
      number,
      string,
    ][];
    return new Map(rows.map(([path, type, size, mode, stamp]) => [path, { path, type, size, mode, stamp }]));
  } catch {
    // A lost or broken cache costs time, nothing else.
    return undefined;
  }
}

export async function saveStamps(file: string, stamps: FolderStamps): Promise<void> {
  const rows = [...stamps.values()].map(({ path, type, size, mode, stamp }) => [
    path,
    type,
    size,
    mode,
    stamp,
  ]);
  await writeFile(`${file}.new`, JSON.stringify(rows), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export async function dropStamps(file: string): Promise<void> {
  await rm(file, { force: true });
}
