import { mkdirSync, statSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

import { codeOf } from "./error-code.ts";

/**
 * Makes a folder, and those above it that are missing. It stands in for the file system's `recursive`, which on some special file
 * systems never comes back.
 * @param mode of every folder that is made
 * @throws the file system's error, also where something other than a folder has the name
 */
export async function ensureFolder(folder: string, mode = 0o777): Promise<void> {
  try {
    await mkdir(folder, mode);
  } catch (error) {
    if (!isParentMissing(error, folder))
      return requireFolder(await stat(folder).catch(() => undefined), error);
    await ensureFolder(dirname(folder), mode);
    await mkdir(folder, mode).catch(async (again: unknown) => {
      requireFolder(await stat(folder).catch(() => undefined), again);
    });
  }
}

/** See `ensureFolder`. */
export function ensureFolderSync(folder: string, mode = 0o777): void {
  try {
    mkdirSync(folder, mode);
  } catch (error) {
    if (!isParentMissing(error, folder))
      return requireFolder(statSync(folder, { throwIfNoEntry: false }), error);
    ensureFolderSync(dirname(folder), mode);
    try {
      mkdirSync(folder, mode);
    } catch (again) {
      requireFolder(statSync(folder, { throwIfNoEntry: false }), again);
    }
  }
}

function isParentMissing(error: unknown, folder: string): boolean {
  return codeOf(error) === "ENOENT" && dirname(folder) !== folder;
}

/** Somebody else may have made it at the same time. */
function requireFolder(found: { isDirectory(): boolean } | undefined, error: unknown): void {
  if (!found?.isDirectory()) throw error;
}
