import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { ConfigError } from "../config/config-error.ts";

/**
 * Keeps a second server out of the data folder until disposed. The lock is SQLite's on an empty database: the operating
 * system drops it when the process dies in whatever way, so there is no stale lock to clear.
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

const SQLITE_BUSY = 5;

function describeConflict(dataDir: string, processIdFile: string, error: unknown): string {
  if (!(error instanceof Error) || !("errcode" in error) || error.errcode !== SQLITE_BUSY) {
    const reason = error instanceof Error ? error.message : String(error);
    return `The data folder ${dataDir} cannot be locked (${reason}). Choose another with --data-dir.`;
  }
  const holder = readHolder(processIdFile);
  return `The data folder ${dataDir} is in use by another Turnpike${holder}. Stop that one, or give this one its own with --data-dir.`;
}

function readHolder(processIdFile: string): string {
  try {
    return ` (process ${Number.parseInt(readFileSync(processIdFile, "utf8"), 10)})`;
  } catch {
    // It has the lock but has not written its number yet; the message works without.
    return "";
  }
}
