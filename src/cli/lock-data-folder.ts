import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { ConfigError } from "../config/config-error.ts";
import { isHeldByOther, lockFile } from "../lib/file-lock.ts";

/** Somebody who only looks whether the folder is in use holds the lock for a moment. */
const PATIENCE_MS = 500;

/**
 * Keeps a second server out of the data folder until disposed.
 * @throws ConfigError when another server has the folder.
 */
export function lockDataFolder(dataDir: string): Disposable {
  let lock: Disposable;
  try {
    lock = lockFile(lockOf(dataDir), PATIENCE_MS);
  } catch (error) {
    throw new ConfigError([describeConflict(dataDir, error)], { cause: error });
  }
  writeProcessId(dataDir, process.pid);
  return {
    [Symbol.dispose]() {
      rmSync(processIdFile(dataDir), { force: true });
      lock[Symbol.dispose]();
    },
  };
}

export type LockHolder =
  /** `staleProcessId`: what a server has left that did not end in order. Another program may have that id by now. */
  | { readonly type: "free"; readonly staleProcessId?: number }
  /** `processId` is missing when the process has not recorded it. */
  | { readonly type: "held"; readonly processId?: number };

/** Whether a server has the folder now. Creates and changes no file. */
export function findLockHolder(dataDir: string): LockHolder {
  const file = lockOf(dataDir);
  const processId = () => readProcessId(dataDir);
  if (!existsSync(file)) return { type: "free" };
  try {
    lockFile(file)[Symbol.dispose]();
    const stale = processId();
    return { type: "free", ...(stale !== undefined && { staleProcessId: stale }) };
  } catch (error) {
    if (!isHeldByOther(error)) throw error;
    const holder = processId();
    return { type: "held", ...(holder !== undefined && { processId: holder }) };
  }
}

export function lockOf(dataDir: string): string {
  return join(dataDir, "server.lock");
}

function processIdFile(dataDir: string): string {
  return join(dataDir, "server.pid");
}

export function writeProcessId(dataDir: string, processId: number): void {
  writeFileSync(processIdFile(dataDir), `${processId}\n`, { mode: 0o600 });
}

/** Undefined when the process has the lock but has not written its id yet; messages work without it. */
export function readProcessId(dataDir: string): number | undefined {
  try {
    const processId = Number.parseInt(readFileSync(processIdFile(dataDir), "utf8"), 10);
    return Number.isNaN(processId) ? undefined : processId;
  } catch {
    return undefined;
  }
}

function describeConflict(dataDir: string, error: unknown): string {
  if (!isHeldByOther(error)) {
    const reason = error instanceof Error ? error.message : String(error);
    return `The data folder ${dataDir} cannot be locked (${reason}). Choose another with --data-dir.`;
  }
  const processId = readProcessId(dataDir);
  const holder = processId === undefined ? "" : ` (process ${processId})`;
  return `The data folder ${dataDir} is in use by another Turnpike${holder}. Stop that one, or give this one its own with --data-dir.`;
}
