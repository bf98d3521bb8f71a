import { realpathSync, statSync } from "node:fs";

import { AppError } from "../core/words/app-error.ts";

/**
 * Checks, right before it is used, that a real path that was checked earlier still leads where it did: no part of it has
 * been swapped for a link, and it is still a folder.
 * @throws AppError `engine-failed`, without the path
 */
export async function requireSameFolder(path: string, what: string): Promise<void> {
  if (isSameFolder(path)) return;
  throw new AppError({
    kind: "engine-failed",
    message: `${what} is gone, or is not the folder that it was. Restore it, or choose another one.`,
  });
}

/** Every turn waits for it: looking here takes microseconds, asking another thread to look a millisecond. */
function isSameFolder(path: string): boolean {
  try {
    return realpathSync.native(path) === path && statSync(path).isDirectory();
  } catch {
    return false;
  }
}
