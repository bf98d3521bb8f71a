import { lstatSync, type Stats } from "node:fs";
import { join } from "node:path";

import { isCode } from "../../lib/error-code.ts";

/** A folder entry that can be copied. Sockets, pipes and devices cannot. */
export interface TreeEntry {
  /** Relative to the folder, parts joined by `/`. */
  readonly path: string;
  readonly type: "file" | "link" | "folder";
  readonly size: number;
  /** POSIX permission bits, without the file type. */
  readonly mode: number;
  readonly modifiedAt: Date;
  /** Equal only for the same file without any change in between: no program can set back the ctime. */
  readonly stamp: string;
}

export function toEntry(path: string, stats: Stats): TreeEntry | undefined {
  const type = typeOf(stats);
  if (type === undefined) return undefined;
  const { size, mtime, mtimeMs, ctimeMs, ino } = stats;
  return {
    path,
    type,
    size,
    mode: stats.mode & 0o777,
    modifiedAt: mtime,
    stamp: `${ino} ${size} ${mtimeMs} ${ctimeMs}`,
  };
}

function typeOf(stats: Stats): TreeEntry["type"] | undefined {
  if (stats.isFile()) return "file";
  if (stats.isSymbolicLink()) return "link";
  return stats.isDirectory() ? "folder" : undefined;
}

/** Looks up paths below one folder, never through a link. Caches the folders on the way. */
export class EntryFinder {
  readonly #root: string;
  readonly #isReal = new Map<string, boolean>([["", true]]);

  constructor(root: string) {
    this.#root = root;
  }

  /** Undefined when nothing is there, or when a link is on the way. */
  find(path: string): TreeEntry | undefined {
    if (!this.#isRealFolder(parentOf(path))) return undefined;
    return this.#read(path);
  }

  #isRealFolder(folder: string): boolean {
    const known = this.#isReal.get(folder);
    if (known !== undefined) return known;
    const isReal = this.#isRealFolder(parentOf(folder)) && this.#read(folder)?.type === "folder";
    this.#isReal.set(folder, isReal);
    return isReal;
  }

  #read(path: string): TreeEntry | undefined {
    try {
      const stats = lstatSync(join(this.#root, path), { throwIfNoEntry: false });
      return stats && toEntry(path, stats);
    } catch (error) {
      if (isUnreadable(error)) return undefined;
      throw error;
    }
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** Whether a file system error means that nothing is at the path. */
export function isMissing(error: unknown): boolean {
  return isCode(error, "ENOENT", "ENOTDIR");
}

/** Deleted meanwhile, or not readable by this user. */
export function isUnreadable(error: unknown): boolean {
  return isMissing(error) || isCode(error, "EACCES", "EPERM", "ELOOP");
}
