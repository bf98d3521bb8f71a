import { open, readlink } from "node:fs/promises";
import { join } from "node:path";

import type { TreeEntry } from "./tree-entry.ts";

const CHUNK_BYTES = 256 * 1024;

/** A file or link below a folder; undefined when there is none. */
export interface Placed {
  readonly root: string;
  readonly entry: TreeEntry | undefined;
}

/** Whether two files are the same: both missing, or of one type with the same bytes and the same right to be run. */
export async function isSameFile(one: Placed, other: Placed): Promise<boolean> {
  if (one.entry === undefined || other.entry === undefined) return one.entry === other.entry;
  if (one.entry.type !== other.entry.type) return false;
  const [onePath, otherPath] = [join(one.root, one.entry.path), join(other.root, other.entry.path)];
  if (one.entry.type === "link") return (await readlink(onePath)) === (await readlink(otherPath));
  if (isExecutable(one.entry) !== isExecutable(other.entry) || one.entry.size !== other.entry.size)
    return false;
  return hasSameBytes(onePath, otherPath);
}

export function isExecutable({ mode }: Pick<TreeEntry, "mode">): boolean {
  return (mode & 0o100) !== 0;
}

export async function hasSameBytes(onePath: string, otherPath: string): Promise<boolean> {
  await using one = await open(onePath, "r");
  await using other = await open(otherPath, "r");
  const buffers = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)] as const;
  for (;;) {
    const [read, otherRead] = await Promise.all([one.read(buffers[0]), other.read(buffers[1])]);
    const isSame = buffers[0].subarray(0, read.bytesRead).equals(buffers[1].subarray(0, otherRead.bytesRead));
    if (!isSame) return false;
    if (read.bytesRead === 0) return true;
  }
}
