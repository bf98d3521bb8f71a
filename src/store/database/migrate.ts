import { type Kysely, type MigrationProvider, Migrator } from "kysely";

/**
 * Migrates what `provider` is about to the newest schema, completely or not at all; `prefix` names the tables that remember how far
 * that is. Servers that start at the same time wait for each
 * other, through an advisory lock in Postgres and the write lock in SQLite. Throws when the migration fails or the database was
 * written by a newer version.
 */
export async function migrate<Tables>(
  db: Kysely<Tables>,
  provider: MigrationProvider,
  prefix: string,
): Promise<void> {
  const migrator = new Migrator({
    db,
    provider,
    // Our own table names, because a Postgres database may also contain another program's migrations.
    migrationTableName: `${prefix}_migrations`,
    migrationLockTableName: `${prefix}_migration_lock`,
  });
  const { error } = await migrator.migrateToLatest();
  if (isFromNewerVersion(error)) {
    throw new Error("it was written by a newer version of Turnpike", { cause: error });
  }
  if (error) throw error;
}

/** Kysely's wording for a migration in the database that the provider does not know. */
function isFromNewerVersion(error: unknown): boolean {
  return error instanceof Error && /previously executed migration .* is missing/.test(error.message);
}
