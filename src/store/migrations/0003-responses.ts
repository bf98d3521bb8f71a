import { type Kysely, type Migration, sql } from "kysely";

/** Responses of the Responses API, their input, and the events of their streams. */
export const createResponses: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("responses")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("principal_id", "text", (column) => column.notNull())
      .addColumn("status", "text", (column) => column.notNull())
      .addColumn("is_background", "integer", (column) => column.notNull())
      .addColumn("has_stream", "integer", (column) => column.notNull())
      // No foreign key: the response that another one continues can be deleted on its own.
      .addColumn("previous_id", "text")
      .addColumn("body", "text", (column) => column.notNull())
      .addColumn("input", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .execute();
    await db.schema.createIndex("responses_by_time").on("responses").column("created_at").execute();
    await db.schema
      .createIndex("responses_unfinished")
      .on("responses")
      .column("id")
      .where(sql.ref("status"), "in", sql`('queued', 'in_progress')`)
      .execute();

    // Separate from the response: every step of a chain reads the response, but hardly ever its events.
    await db.schema
      .createTable("response_events")
      .addColumn("response_id", "text", (column) =>
        column.primaryKey().references("responses.id").onDelete("cascade"),
      )
      .addColumn("events", "text", (column) => column.notNull())
      .execute();
  },
};
