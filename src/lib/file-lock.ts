import { DatabaseSync } from "node:sqlite";

/**
 * Locks a file that stays empty. The operating system releases the lock however the process ends, and never earlier, so there
 * is no stale one; process ids would not do, since another process may have got one by now. SQLite does the locking, because
 * Node has no call for it. The lock must stay reachable: it ends with its garbage collection.
 *
 * @param waitMs - how long another's lock is waited for; blocks everything else meanwhile
 * @throws when another process holds it (see `isHeldByOther`), or the file cannot be opened
 */
export function lockFile(path: string, waitMs = 0): Disposable {
  const database = new DatabaseSync(path);
  try {
    // Without a journal's file it needs no room on the disk.
    database.exec(`PRAGMA busy_timeout = ${waitMs}; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE`);
  } catch (error) {
    database.close();
    throw error;
  }
  return { [Symbol.dispose]: () => database.close() };
}

/** SQLite's code for it. */
const BUSY = 5;

export function isHeldByOther(error: unknown): error is Error {
  return error instanceof Error && "errcode" in error && error.errcode === BUSY;
}
