import { realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import type { Machine } from "../sources/machine.ts";
import type { Origin } from "../sources/origin.ts";

/** An absolute path. What a file says is relative to that file; `~` is the home folder. */
export function resolveGivenPath(path: string, origin: Origin, machine: Machine): string {
  const isInHome = path === "~" || path.startsWith("~/") || path.startsWith("~\\");
  if (isInHome) return join(machine.homeDir, path.slice(1));
  return resolve(origin.type === "file" ? dirname(origin.path) : machine.currentDir, path);
}

/** The real path of an existing folder; undefined when there is none. */
export function findFolder(path: string): string | undefined {
  try {
    const real = realpathSync(path);
    return statSync(real).isDirectory() ? real : undefined;
  } catch {
    // Missing, or in a folder that this user may not enter: for the caller both mean that it cannot be used.
    return undefined;
  }
}
