import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

import { openFile } from "../../lib/open-file.ts";
import type { TreeEntry } from "./tree-entry.ts";

const CHUNK_BYTES = 256 * 1024;

/** A file or link below a folder; undefined when nothing is there. */
export interface Placed {
  readonly root: string;
  readonly entry: Pick<TreeEntry, "path" | "type" | "size" | "mode"> | undefined;
}

/**
 * Whether two files are the same: both missing, or of one type with the same bytes and the same executable bit. Returns a
 * promise only for large files.
 */
export function hasSameContent(one: Placed, other: Placed): boolean | Promise<boolean> {
  if (one.entry === undefined || other.entry === undefined) return one.entry === other.entry;
  if (one.entry.type !== other.entry.type) return false;
  const [onePath, otherPath] = [join(one.root, one.entry.path), join(other.root, other.entry.path)];
  if (one.entry.type === "link") return readlinkSync(onePath) === readlinkSync(otherPath);
  if (isExecutable(one.entry) !== isExecutable(other.entry) || one.entry.size !== other.entry.size)
    return false;
  if (one.entry.size > CHUNK_BYTES) return haveSameBytes(onePath, otherPath);
  return readFileSync(onePath).equals(readFileSync(otherPath));
}

export function isExecutable({ mode }: Pick<TreeEntry, "mode">): boolean {
  return (mode & 0o100) !== 0;
}

async function haveSameBytes(onePath: string, otherPath: string): Promise<boolean> {
  await using one = await openFile(onePath, "r");
  await using other = await openFile(otherPath, "r");
  const buffers = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)] as const;
  for (let position = 0; ;) {
    const [read, otherRead] = await Promise.all([
      one.read(buffers[0], 0, CHUNK_BYTES, position),
      other.read(buffers[1], 0, CHUNK_BYTES, position),
    ]);
    const length = Math.min(read.bytesRead, otherRead.bytesRead);
    if (!buffers[0].subarray(0, length).equals(buffers[1].subarray(0, length))) return false;
    if (length === 0) return read.bytesRead === otherRead.bytesRead;
    position += length;
  }
}
