import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { storeFailure } from "../../core/words/store-failure.ts";
import { ensureFolder } from "../../lib/ensure-folder.ts";
import { saysDiskIsFull } from "../../lib/says-disk-is-full.ts";

/** A file that exists for as long as Claude Code needs to read it. */
export interface PrivateFile extends AsyncDisposable {
  readonly path: string;
}

/**
 * Writes a file that only its owner can read, in a folder that only its owner can look into.
 * @throws AppError `store-unavailable` when the disk is full
 */
export async function writePrivateFile(folder: string, name: string, text: string): Promise<PrivateFile> {
  const path = join(folder, name);
  try {
    await ensureFolder(folder, 0o700);
    await writeFile(path, text, { mode: 0o600 });
  } catch (error) {
    if (!saysDiskIsFull(error)) throw error;
    // The part that fitted is of no use, and takes up the little room there is.
    await rm(path, { force: true });
    throw storeFailure("the disk is full", error);
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}
