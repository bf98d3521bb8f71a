import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { ConfigError } from "../config/config-error.ts";

/**
 * Keeps a second server out of the data folder until disposed. The lock is SQLite's on an empty database: the operating system
 * releases it however the process dies, so there is no stale lock to clear.
 * @throws ConfigError when another server has the folder.
 */
export function lockDataFolder(dataDir: string): Disposable {
  const processIdFile = join(dataDir, "server.pid");
  const database = new DatabaseSync(join(dataDir, "server.lock"));
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    throw new ConfigError([describeConflict(dataDir, processIdFile, error)], { cause: error });
  }
  writeFileSync(processIdFile, `${process.pid}\n`, { mode: 0o600 });
  return {
    [Symbol.dispose]() {
      rmSync(processIdFile, { force: true });
      database.close();
    },
  };
}

export type LockHolder =
  | { readonly type: "free" }
  /** `processId` is missing when the process has not recorded it. */
  | { readonly type: "held"; readonly processId?: number };

/** Whether a server has the folder now. Creates and changes no file. */
export function findLockHolder(dataDir: string): LockHolder {
  const file = join(dataDir, "server.lock");
  if (!existsSync(file)) return { type: "free" };
  const database = new DatabaseSync(file);
  try {
    database.exec("BEGIN EXCLUSIVE; ROLLBACK");
    return { type: "free" };
  } catch (error) {
    if (!isBusy(error)) throw error;
    const processId = readProcessId(join(dataDir, "server.pid"));
    return { type: "held", ...(processId !== undefined && { processId }) };
  } finally {
    database.close();
  }
}

const SQLITE_BUSY = 5;

function isBusy(error: unknown): error is Error {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}

function describeConflict(dataDir: string, processIdFile: string, error: unknown): string {
  if (!isBusy(error)) {
    const reason = error instanceof Error ? error.message : String(error);
    return `The data folder ${dataDir} cannot be locked (${reason}). Choose another with --data-dir.`;
  }
  const processId = readProcessId(processIdFile);
  const holder = processId === undefined ? "" : ` (process ${processId})`;
  return `The data folder ${dataDir} is in use by another Turnpike${holder}. Stop that one, or give this one its own with --data-dir.`;
}

/** Undefined when the process has the lock but has not written its id yet; messages work without it. */
function readProcessId(file: string): number | undefined {
  try {
    const processId = Number.parseInt(readFileSync(file, "utf8"), 10);
    return Number.isNaN(processId) ? undefined : processId;
  } catch {
    return undefined;
  }
}
