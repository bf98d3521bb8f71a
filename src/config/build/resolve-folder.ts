import { realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import type { Machine } from "../sources/machine.ts";
import type { Origin } from "../sources/origin.ts";

/** Makes a path absolute. A path from a file is relative to that file; `~` is the home folder. */
export function resolveGivenPath(path: string, origin: Origin, machine: Machine): string {
  const isInHome = path === "~" || path.startsWith("~/") || path.startsWith("~\\");
  if (isInHome) return join(machine.homeDir, path.slice(1));
  return resolve(origin.type === "file" ? dirname(origin.path) : machine.currentDir, path);
}

/** The real path of an existing folder; undefined if it does not exist. */
export function findFolder(path: string): string | undefined {
  try {
    const real = realpathSync(path);
    return statSync(real).isDirectory() ? real : undefined;
  } catch {
    // Missing, or in a folder that this user may not enter: the caller cannot use it either way.
    return undefined;
  }
}
