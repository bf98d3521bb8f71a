import { realpathSync, statSync } from "node:fs";

import { AppError } from "../core/words/app-error.ts";

/**
 * Checks, right before use, that a real path checked earlier still leads to the same place: it is still a folder, and no part
 * of it has been replaced by a link.
 * @throws AppError `engine-failed`, without the path
 */
export async function requireSameFolder(path: string, what: string): Promise<void> {
  if (isSameFolder(path)) return;
  throw new AppError({
    kind: "engine-failed",
    message: `${what} is gone, or is not the folder that it was. Restore it, or choose another one.`,
  });
}

/** Synchronous because every turn waits for it: the check takes microseconds, a trip to another thread a millisecond. */
function isSameFolder(path: string): boolean {
  try {
    return realpathSync.native(path) === path && statSync(path).isDirectory();
  } catch {
    return false;
  }
}
