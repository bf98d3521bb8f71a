import type { Kysely, Migration } from "kysely";

/** API keys that are made and changed while servers run, and what their limits must remember beyond a restart. */
export const createApiKeys: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("api_keys")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("prefix", "text", (column) => column.notNull())
      .addColumn("settings", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("revoked_at", "bigint")
      .execute();
    await db.schema
      .createTable("api_key_secrets")
      .addColumn("hash", "text", (column) => column.primaryKey())
      .addColumn("key_id", "text", (column) => column.notNull().references("api_keys.id").onDelete("cascade"))
      .addColumn("ends_at", "bigint")
      .execute();
    await db.schema.createIndex("api_key_secrets_key").on("api_key_secrets").column("key_id").execute();
    // No foreign key: a principal of any kind may have limits.
    await db.schema
      .createTable("principal_usage")
      .addColumn("principal_id", "text", (column) => column.notNull())
      .addColumn("period", "text", (column) => column.notNull())
      .addColumn("tokens", "bigint", (column) => column.notNull())
      .addColumn("cost_micros", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("principal_usage_pkey", ["principal_id", "period"])
      .execute();
  },
};
