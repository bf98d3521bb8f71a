import { realpath, stat } from "node:fs/promises";

import { AppError } from "../core/app-error.ts";

/**
 * Checks, right before it is used, that a real path that was checked earlier still leads where it did: no part of it has
 * been swapped for a link, and it is still a folder.
 * @throws AppError `engine-failed`, without the path
 */
export async function requireSameFolder(path: string, what: string): Promise<void> {
  if (await isSameFolder(path)) return;
  throw new AppError({
    kind: "engine-failed",
    message: `${what} is gone, or is not the folder that it was. Restore it, or choose another one.`,
  });
}

async function isSameFolder(path: string): Promise<boolean> {
  try {
    return (await realpath(path)) === path && (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
