import { access, mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { saysDiskIsFull } from "../../lib/says-disk-is-full.ts";
import { fail, type Finding, warn } from "./check.ts";
import { codeOf } from "../../lib/error-code.ts";

const PROBE_BYTES = 65_536;

/** Why nothing can be written. */
export interface WriteProblem {
  readonly isFull: boolean;
  /** To stand behind the name of what cannot be written. */
  readonly words: string;
}

/**
 * Undefined when something can be written in the folder. Rights alone do not tell: the disk may be full, or only for reading. What is
 * written is gone at once.
 */
export async function tryWriting(folder: string): Promise<WriteProblem | undefined> {
  try {
    const probe = await mkdtemp(join(folder, "turnpike-doctor-"));
    try {
      await writeFile(join(probe, "probe"), Buffer.alloc(PROBE_BYTES));
    } finally {
      await rm(probe, { recursive: true, force: true });
    }
    return undefined;
  } catch (error) {
    return asProblem(error);
  }
}

/** What an attempt to write has failed with. */
export function asProblem(error: unknown): WriteProblem {
  const code = codeOf(error) ?? String(error);
  const isFull = saysDiskIsFull(error);
  return {
    isFull,
    words: isFull ? `is on a full disk (${code}).` : `cannot be written by this user (${code}).`,
  };
}

/** The finding for something that cannot be written. `elsewhere` says how to choose another. */
export function failWriting(what: string, { isFull, words }: WriteProblem, elsewhere: string): Finding {
  return fail(`${what} ${words}`, isFull ? `Make room, or: ${elsewhere}` : elsewhere);
}

/** Whether nothing more fits on the disk of a file or folder. */
export async function isDiskFull(path: string): Promise<boolean> {
  return (await freeBytes(path)) < PROBE_BYTES;
}

const LEAST_BYTES = 100 * 1024 * 1024;

/** Undefined when there is enough of it. */
export async function checkSpace(folder: string, remedy: string): Promise<Finding | undefined> {
  const free = await freeBytes(folder);
  if (free >= LEAST_BYTES) return undefined;
  return warn(`${folder} has only ${Math.floor(free / 1024 / 1024)} MiB left.`, `Make room, or: ${remedy}`);
}

/** Some file systems count nothing, and never are full. */
async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize, blocks } = await statfs(path);
  return blocks === 0 ? Infinity : bavail * bsize;
}

/** The folder in which the path would be made: the nearest above it that is there. */
export async function nearestFolder(path: string): Promise<string> {
  let folder = dirname(path);
  while (folder !== dirname(folder) && !(await isThere(folder))) folder = dirname(folder);
  return folder;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
