import type { Kysely, Migration } from "kysely";

/** Which server runs what and until when others must leave it alone, and the unfinished background responses. */
export const createNodes: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("nodes")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("expires_at", "bigint", (column) => column.notNull())
      .execute();
    // No foreign keys: a missing node means that it has ended. Null: it ran before there were nodes.
    await db.schema.alterTable("turns").addColumn("node_id", "text").execute();
    await db.schema.alterTable("responses").addColumn("node_id", "text").execute();

    await db.schema
      .createTable("response_jobs")
      .addColumn("response_id", "text", (column) =>
        column.primaryKey().references("responses.id").onDelete("cascade"),
      )
      .addColumn("principal_id", "text", (column) => column.notNull())
      .addColumn("node_id", "text")
      .addColumn("has_begun", "integer", (column) => column.notNull().defaultTo(0))
      .addColumn("created_at", "bigint", (column) => column.notNull())
      // Last, so that SQLite need not skip over it to read the other columns.
      .addColumn("payload", "text", (column) => column.notNull())
      .execute();
  },
};
