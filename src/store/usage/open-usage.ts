import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

import { Kysely, sql } from "kysely";

import { SILENT_LOGGER } from "../../core/ports/logger.ts";
import type { SumUsage } from "../../core/ports/usage-report.ts";
import { NodeSqliteDialect } from "../database/node-sqlite-dialect.ts";
import { openPostgres } from "../database/open-postgres.ts";
import type { StoreLocation } from "../database/store-location.ts";
import { StoreState } from "../database/store-state.ts";
import { fromStoredJson } from "../database/stored-text.ts";
import { storeUnavailable } from "../database/store-unavailable.ts";
import type { Tables } from "../database/tables.ts";
import { sumUsage } from "./sum-usage.ts";

export interface OpenUsage {
  readonly sum: SumUsage;
  /** The names of the keys in the database, by the ids of their principals. Rejects as `sum` does. */
  keyNames(): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

/**
 * Opens the database to read what was used, beside a server that works with it or without one. Creates and changes nothing; where
 * there is no database yet nothing was used. `sum` rejects as `openStore` does.
 */
export function openUsage(location: StoreLocation): OpenUsage {
  const db = openReading(location);
  if (!db) return { sum: async () => ({ sums: [] }), keyNames: async () => new Map(), close: async () => {} };
  return {
    async sum(question) {
      try {
        return (await hasTable(db, location, "turns")) ? await sumUsage(db, question) : { sums: [] };
      } catch (error) {
        throw storeUnavailable(location, error);
      }
    },
    async keyNames() {
      try {
        if (!(await hasTable(db, location, "api_keys"))) return new Map();
        const rows = await db.selectFrom("api_keys").select(["id", "settings"]).execute();
        return new Map(rows.map(({ id, settings }) => [id, fromStoredJson(settings).name]));
      } catch (error) {
        throw storeUnavailable(location, error);
      }
    },
    close: () => db.destroy(),
  };
}

function openReading(location: StoreLocation): Kysely<Tables> | undefined {
  if (location.type === "postgres") return openPostgres(location.url, SILENT_LOGGER).db;
  if (!existsSync(location.file)) return undefined;
  try {
    const sqlite = new DatabaseSync(location.file, { readOnly: true });
    sqlite.exec("PRAGMA busy_timeout = 5000");
    return new Kysely({ dialect: new NodeSqliteDialect(sqlite, new StoreState()) });
  } catch (error) {
    throw storeUnavailable(location, error);
  }
}

/** A database in which no server has run yet has no tables. */
async function hasTable(db: Kysely<Tables>, { type }: StoreLocation, name: keyof Tables): Promise<boolean> {
  const found =
    type === "sqlite"
      ? sql`select name from sqlite_schema where name = ${name}`
      : sql`select to_regclass(${name}) as name where to_regclass(${name}) is not null`;
  return (await found.execute(db)).rows.length > 0;
}
