import type { Kysely, Migration } from "kysely";

/** People who sign in, the browsers in which they have, and links that let them set a password once. */
export const createUsers: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("users")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("name_key", "text", (column) => column.notNull().unique())
      .addColumn("role", "text", (column) => column.notNull())
      .addColumn("approve", "text", (column) => column.notNull())
      .addColumn("password_hash", "text")
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("signed_in_at", "bigint")
      .addColumn("disabled_at", "bigint")
      .execute();
    await db.schema
      .createTable("user_sessions")
      .addColumn("hash", "text", (column) => column.primaryKey())
      .addColumn("user_id", "text", (column) => column.notNull().references("users.id").onDelete("cascade"))
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("used_at", "bigint", (column) => column.notNull())
      .addColumn("expires_at", "bigint", (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex("user_sessions_user")
      .on("user_sessions")
      .columns(["user_id", "created_at"])
      .execute();
    await db.schema.createIndex("user_sessions_end").on("user_sessions").column("expires_at").execute();
    await db.schema
      .createTable("user_links")
      .addColumn("hash", "text", (column) => column.primaryKey())
      .addColumn("purpose", "text", (column) => column.notNull())
      .addColumn("user_id", "text", (column) => column.references("users.id").onDelete("cascade"))
      .addColumn("expires_at", "bigint", (column) => column.notNull())
      .execute();
    await db.schema.createIndex("user_links_user").on("user_links").column("user_id").execute();
  },
};
