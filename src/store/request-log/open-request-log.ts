import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { Kysely } from "kysely";

import { type Logger, SILENT_LOGGER } from "../../core/ports/logger.ts";
import type { RequestLogStore } from "../../core/ports/request-log.ts";
import { assertNever } from "../../lib/assert-never.ts";
import { migrate } from "../database/migrate.ts";
import { NodeSqliteDialect } from "../database/node-sqlite-dialect.ts";
import { openPostgres } from "../database/open-postgres.ts";
import { createPrivateFile, PRAGMAS } from "../database/open-sqlite.ts";
import type { StoreLocation } from "../database/store-location.ts";
import { StoreState } from "../database/store-state.ts";
import { storeUnavailable } from "../database/store-unavailable.ts";
import { ThreadedSqliteDialect } from "../database/threaded-sqlite-dialect.ts";
import { requestLogMigrations } from "./migrations/request-log-migrations.ts";
import type { RequestLogTables } from "./request-log-tables.ts";
import { SqlRequestLog } from "./sql-request-log.ts";

/**
 * Opens the request log to write and read, and migrates it to the newest schema. In SQLite it is a file of its own, worked on in a
 * thread of its own: writing many rows, summing up and deleting would block everything else, and a lock on the file of the
 * conversations would make turns wait. Rejects as `openStore` does.
 */
export async function openRequestLog(
  location: StoreLocation,
  logger: Logger = SILENT_LOGGER,
): Promise<RequestLogStore> {
  let db: Kysely<RequestLogTables> | undefined;
  try {
    db = openToWrite(location, logger);
    await migrate(db, requestLogMigrations, "turnpike_request_log");
    return new SqlRequestLog(db);
  } catch (error) {
    await db?.destroy();
    throw storeUnavailable(location, error);
  }
}

function openToWrite(location: StoreLocation, logger: Logger): Kysely<RequestLogTables> {
  switch (location.type) {
    case "sqlite":
      createPrivateFile(location.file);
      return new Kysely({
        dialect: new ThreadedSqliteDialect({ file: resolve(location.file), pragmas: PRAGMAS }),
      });
    case "postgres":
      // A pool of its own: who looks through the log must not take the turns' connections.
      return openPostgres<RequestLogTables>(location.url, logger, 4).db;
    default:
      return assertNever(location);
  }
}

/**
 * Opens it to read beside a server or without one. Creates and changes nothing; undefined where there is none yet.
 * @throws as `openStore` does
 */
export async function openRequestLogToRead(location: StoreLocation): Promise<RequestLogStore | undefined> {
  let db: Kysely<RequestLogTables> | undefined;
  try {
    db = openReader(location);
    const tables = await db?.introspection.getTables();
    if (db && tables?.some(({ name }) => name === "requests")) return new SqlRequestLog(db);
    await db?.destroy();
    return undefined;
  } catch (error) {
    await db?.destroy();
    throw storeUnavailable(location, error);
  }
}

function openReader(location: StoreLocation): Kysely<RequestLogTables> | undefined {
  if (location.type === "postgres") return openPostgres<RequestLogTables>(location.url, SILENT_LOGGER).db;
  if (!existsSync(location.file)) return undefined;
  const sqlite = new DatabaseSync(location.file, { readOnly: true });
  sqlite.exec("PRAGMA busy_timeout = 5000");
  return new Kysely({ dialect: new NodeSqliteDialect(sqlite, new StoreState()) });
}
