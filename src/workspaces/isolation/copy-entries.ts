import { constants } from "node:fs";
import { copyFile, mkdir, readlink, symlink, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";

import { forEachLimited } from "../../lib/for-each-limited.ts";
import { isUnreadable } from "./list-tree.ts";
import { type Retarget, retargetLink } from "./retarget-link.ts";
import type { TreeEntry } from "./tree-entry.ts";

const AT_ONCE = 16;

export interface CopyOptions {
  readonly retarget?: Retarget;
  /** Files keep their times, so that build tools do not build all again. */
  readonly keepTimes?: boolean;
}

/**
 * Copies files, links (as links) and folders from one folder to another, with their permission bits. Blocks are shared
 * where the file system can. What went meanwhile, or cannot be read, is left out. Returns how many were.
 */
export async function copyEntries(
  from: string,
  to: string,
  entries: readonly TreeEntry[],
  options: CopyOptions,
  signal: AbortSignal,
): Promise<number> {
  const folders = new Set(entries.map(({ path, type }) => (type === "folder" ? path : dirname(path))));
  await mkdir(to, { recursive: true });
  for (const folder of folders) {
    signal.throwIfAborted();
    await mkdir(join(to, folder), { recursive: true });
  }
  let missed = 0;
  await forEachLimited(entries, AT_ONCE, async (entry) => {
    signal.throwIfAborted();
    if (entry.type === "folder") return;
    try {
      await copyEntry(join(from, entry.path), join(to, entry.path), entry, options);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      missed += 1;
    }
  });
  return missed;
}

async function copyEntry(
  from: string,
  to: string,
  entry: TreeEntry,
  { retarget, keepTimes = false }: CopyOptions,
): Promise<void> {
  if (entry.type === "link") {
    const target = await readlink(from);
    await symlink(retarget ? retargetLink(target, retarget) : target, to);
    return;
  }
  await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  if (keepTimes) await utimes(to, entry.modifiedAt, entry.modifiedAt);
}
