import { existsSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";

import { sql } from "kysely";

import { SILENT_LOGGER } from "../../core/ports/logger.ts";
import { openPostgres } from "./open-postgres.ts";
import type { StoreLocation } from "./store-location.ts";
import { storeUnavailable } from "./store-unavailable.ts";

/**
 * Checks that the database responds, and describes it briefly. Creates no file and no table.
 * @throws Error as `openStore` does
 */
export async function tryDatabase(location: StoreLocation): Promise<string> {
  try {
    return location.type === "sqlite" ? checkSqlite(location.file) : await checkPostgres(location.url);
  } catch (error) {
    throw storeUnavailable(location, error);
  }
}

function checkSqlite(file: string): string {
  if (!existsSync(file)) return `SQLite, ${file}: made at the first start`;
  const url = pathToFileURL(file);
  // Ignores the write-ahead log, so that nothing is written next to the file either.
  url.searchParams.set("immutable", "1");
  const database = new DatabaseSync(url, { readOnly: true });
  try {
    database.prepare("select count(*) from sqlite_schema").get();
  } catch (error) {
    // Without what its server has not put into it yet, a file may look as if it were damaged.
    if (!hasMore(file)) throw error;
    return `SQLite, ${file}: what a server has left beside it, the next start takes in`;
  } finally {
    database.close();
  }
  return `SQLite, ${file}`;
}

/** Whether a write-ahead log holds changes that are not in the file. */
function hasMore(file: string): boolean {
  return (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

async function checkPostgres(url: string): Promise<string> {
  const { db } = openPostgres(url, SILENT_LOGGER);
  try {
    const { rows } = await sql<{
      version: string;
    }>`select current_setting('server_version') as version`.execute(db);
    return `Postgres ${rows[0]?.version ?? ""} answers`;
  } finally {
    await db.destroy();
  }
}
