import { chmodSync, closeSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { Kysely, sql } from "kysely";

import { Checkpoints } from "./checkpoints.ts";
import type { Database } from "./database.ts";
import { lookForFile } from "./look-for-file.ts";
import { NodeSqliteDialect } from "./node-sqlite-dialect.ts";
import { StoreState } from "./store-state.ts";
import { ensureFolderSync } from "../../lib/ensure-folder.ts";

export const IN_MEMORY = ":memory:";

export const PRAGMAS = `
  PRAGMA busy_timeout = 5000;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA foreign_keys = ON;
  -- What was deleted is overwritten: forgetting a conversation leaves no text behind in free pages.
  PRAGMA secure_delete = ON;
  -- One very large turn does not leave a large write-ahead log behind for ever.
  PRAGMA journal_size_limit = 67108864;
`;

/** Opens a SQLite file, creating it if necessary, or an in-memory database. Only the owner can read the file. */
export function openSqlite(file: string): Database {
  if (file !== IN_MEMORY) createPrivateFile(file);
  const sqlite = new DatabaseSync(file === IN_MEMORY ? file : resolve(file));
  const state = file === IN_MEMORY ? new StoreState() : new StoreState(lookForFile(resolve(file)));
  try {
    sqlite.exec(PRAGMAS);
    // From now on, the turns of others must not be blocked while one waits.
    sqlite.exec("PRAGMA busy_timeout = 0");
  } catch (error) {
    sqlite.close();
    throw error;
  }
  const checkpoints = file === IN_MEMORY ? undefined : new Checkpoints(sqlite, resolve(file));
  return {
    db: new Kysely({ dialect: new NodeSqliteDialect(sqlite, state, async () => checkpoints?.close()) }),
    state,
    // Nothing to do: a SQLite transaction holds the only write lock from its start.
    lockPrincipal: async () => {},
    skipLocked: sql``,
  };
}

/** SQLite gives its write-ahead log the same mode as the file. */
export function createPrivateFile(file: string): void {
  ensureFolderSync(dirname(file), 0o700);
  closeSync(openSync(file, "a", 0o600));
  chmodSync(file, 0o600);
}
