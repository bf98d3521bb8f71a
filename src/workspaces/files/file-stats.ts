import { lstatSync, type Stats } from "node:fs";

import { toSystemPath } from "./file-name.ts";

/**
 * Six numbers in a row for each file: mode, size, mtime, ctime (ms), inode, birth time (ms). A mode of 0 means there is no such
 * file.
 */
export const STAT_WIDTH = 6;
export const CHANGED_COLUMN = 3;

export interface FileStat {
  /** Includes the file type bits. 0: no file. */
  readonly mode: number;
  readonly size: number;
  readonly modifiedMs: number;
  /** The ctime: when anything about the file last changed. No program can set it back. */
  readonly changedMs: number;
  readonly inode: number;
  readonly bornMs: number;
}

const NO_FILE: FileStat = { mode: 0, size: 0, modifiedMs: 0, changedMs: 0, inode: 0, bornMs: 0 };

const TYPE_BITS = 0o170000;
const REGULAR = 0o100000;
const SYMLINK = 0o120000;

export function isSymlink(mode: number): boolean {
  return (mode & TYPE_BITS) === SYMLINK;
}

/** Writes the stat of `path` into the row at `offset`. Folders, pipes, sockets and devices do not count as files here. */
export function writeStat(folder: string, path: string, rows: Float64Array, offset: number): void {
  const stat = lstatOrNone(toSystemPath(folder, path));
  rows[offset] = stat && isKept(stat.mode) ? stat.mode : 0;
  if (!stat) return;
  rows[offset + 1] = stat.size;
  rows[offset + 2] = stat.mtimeMs;
  rows[offset + 3] = stat.ctimeMs;
  rows[offset + 4] = stat.ino;
  rows[offset + 5] = stat.birthtimeMs;
}

export function readStat(rows: Float64Array, offset: number): FileStat {
  const mode = rows[offset] ?? 0;
  if (mode === 0) return NO_FILE;
  return {
    mode,
    size: rows[offset + 1] ?? 0,
    modifiedMs: rows[offset + 2] ?? 0,
    changedMs: rows[offset + 3] ?? 0,
    inode: rows[offset + 4] ?? 0,
    bornMs: rows[offset + 5] ?? 0,
  };
}

export function toFileStat(stat: Stats): FileStat {
  if (!isKept(stat.mode)) return NO_FILE;
  return {
    mode: stat.mode,
    size: stat.size,
    modifiedMs: stat.mtimeMs,
    changedMs: stat.ctimeMs,
    inode: stat.ino,
    bornMs: stat.birthtimeMs,
  };
}

/** Whether the stats show no change at all. */
export function isSameStat(one: FileStat, other: FileStat): boolean {
  return one.changedMs === other.changedMs && isSameFile(one, other) && one.mode === other.mode;
}

/** Whether it is the same file with the same content, although it may have been moved or had its permissions changed. */
export function isSameFile(one: FileStat, other: FileStat): boolean {
  return one.inode === other.inode && one.size === other.size && one.modifiedMs === other.modifiedMs;
}

function isKept(mode: number): boolean {
  return (mode & TYPE_BITS) === REGULAR || isSymlink(mode);
}

/** A path that cannot be examined counts as missing: it could not be compared either. */
function lstatOrNone(path: string | Buffer): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
