import type { Stats } from "node:fs";
import { lstat, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";

/** One thing of a folder that can be copied. Sockets, pipes and devices are none. */
export interface TreeEntry {
  /** Relative to the folder, parts joined by `/`. */
  readonly path: string;
  readonly type: "file" | "link" | "folder";
  readonly size: number;
  /** POSIX mode bits, without those of the type. */
  readonly mode: number;
  readonly modifiedAt: Date;
}

export function toEntry(path: string, stats: Stats): TreeEntry | undefined {
  const type = typeOf(stats);
  if (type === undefined) return undefined;
  return { path, type, size: stats.size, mode: stats.mode & 0o777, modifiedAt: stats.mtime };
}

function typeOf(stats: Stats): TreeEntry["type"] | undefined {
  if (stats.isFile()) return "file";
  if (stats.isSymbolicLink()) return "link";
  return stats.isDirectory() ? "folder" : undefined;
}

/** What stands at a path. Undefined when there is nothing, or when a link stands in the way to it. */
export async function findEntry(root: string, path: string): Promise<TreeEntry | undefined> {
  const absolute = join(root, path);
  try {
    const folder = dirname(absolute);
    if ((await realpath(folder)) !== folder) return undefined;
    return toEntry(path, await lstat(absolute));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether an error of the file system says that there is nothing at a path. */
export function isMissing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR";
}
