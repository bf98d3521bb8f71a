import type { Kysely, Migration } from "kysely";

/** Until a process had the turn, and the tools that were used: their names and times. */
export const addRequestTools: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable("requests").addColumn("process_ms", "bigint").execute();
    await db.schema
      .createTable("request_tools")
      .addColumn("request_id", "text", (column) => column.primaryKey())
      .addColumn("tools", "text", (column) => column.notNull())
      .execute();
  },
};
