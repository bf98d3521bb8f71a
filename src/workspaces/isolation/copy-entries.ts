import { constants, copyFileSync, readlinkSync, symlinkSync, utimesSync } from "node:fs";
import { copyFile, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";

import { forEachSlice } from "../../lib/for-each-slice.ts";
import { type Retarget, retargetLink } from "./retarget-link.ts";
import { isUnreadable, type TreeEntry } from "./tree-entry.ts";
import { ensureFolderSync } from "../../lib/ensure-folder.ts";

/** Larger files are copied asynchronously. */
const MAX_BLOCKING_BYTES = 1024 * 1024;
const CLONE = constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL;

export interface CopyOptions {
  readonly retarget?: Retarget;
  /** Files keep their times, so that build tools do not rebuild everything. */
  readonly keepTimes?: boolean;
}

/**
 * Copies files, links (as links) and folders from one folder to another with their permission bits, sharing blocks where the
 * file system can. Leaves out entries that have disappeared or cannot be read, and returns how many there were.
 */
export async function copyEntries(
  from: string,
  to: string,
  entries: readonly TreeEntry[],
  options: CopyOptions,
  signal: AbortSignal,
): Promise<number> {
  const folders = new Set(entries.map(({ path, type }) => (type === "folder" ? path : dirname(path))));
  ensureFolderSync(to);
  await forEachSlice(folders, (folder) => ensureFolderSync(join(to, folder)), signal);
  let missed = 0;
  const miss = (error: unknown) => {
    if (!isUnreadable(error)) throw error;
    missed += 1;
  };
  const copyOne = (entry: TreeEntry) => {
    const [source, target] = [join(from, entry.path), join(to, entry.path)];
    const isLarge = entry.type === "file" && entry.size > MAX_BLOCKING_BYTES;
    if (isLarge) return copyLarge(source, target, entry, options).catch(miss);
    try {
      copySmall(source, target, entry, options);
    } catch (error) {
      miss(error);
    }
  };
  await forEachSlice(entries, copyOne, signal);
  return missed;
}

function copySmall(
  from: string,
  to: string,
  entry: TreeEntry,
  { retarget, keepTimes = false }: CopyOptions,
): void {
  if (entry.type === "folder") return;
  if (entry.type === "link") {
    const target = readlinkSync(from);
    symlinkSync(retarget ? retargetLink(target, retarget) : target, to);
    return;
  }
  copyFileSync(from, to, CLONE);
  if (keepTimes) utimesSync(to, entry.modifiedAt, entry.modifiedAt);
}

async function copyLarge(
  from: string,
  to: string,
  entry: TreeEntry,
  { keepTimes = false }: CopyOptions,
): Promise<void> {
  await copyFile(from, to, CLONE);
  if (keepTimes) await utimes(to, entry.modifiedAt, entry.modifiedAt);
}
