import { type Kysely, Migrator } from "kysely";

import { migrations } from "../migrations/migrations.ts";
import type { Tables } from "./tables.ts";

/**
 * Brings the database to the newest schema: all of it or nothing. Servers that start at once wait for each other, by an
 * advisory lock in Postgres and by the write lock in SQLite. Throws when it fails, also when the database was written by
 * a newer version.
 */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: migrations,
    // Names of our own, because a Postgres database may hold another program's migrations as well.
    migrationTableName: "turnpike_migrations",
    migrationLockTableName: "turnpike_migration_lock",
  });
  const { error } = await migrator.migrateToLatest();
  if (isFromNewerVersion(error)) {
    throw new Error("it was written by a newer version of Turnpike", { cause: error });
  }
  if (error) throw error;
}

/** Kysely's own wording for a migration in the database that the provider does not know. */
function isFromNewerVersion(error: unknown): boolean {
  return error instanceof Error && /previously executed migration .* is missing/.test(error.message);
}
