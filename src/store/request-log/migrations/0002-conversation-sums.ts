import { type Kysely, type Migration, sql, SqliteAdapter } from "kysely";

/** What conversations have used, by time. */
export const createConversationSums: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    const isSqlite = db.getExecutor().adapter instanceof SqliteAdapter;
    await db.schema
      .createTable("request_conversations")
      .addColumn("period", "integer", (column) => column.notNull())
      .addColumn("begins_at", "bigint", (column) => column.notNull())
      .addColumn("conversation_id", "text", (column) => column.notNull())
      .addColumn("principal_id", "text", (column) => column.notNull())
      .addColumn("requests", "bigint", (column) => column.notNull())
      .addColumn("failures", "bigint", (column) => column.notNull())
      .addColumn("turns", "bigint", (column) => column.notNull())
      .addColumn("input_tokens", "bigint", (column) => column.notNull())
      .addColumn("cache_read_tokens", "bigint", (column) => column.notNull())
      .addColumn("cache_write_tokens", "bigint", (column) => column.notNull())
      .addColumn("output_tokens", "bigint", (column) => column.notNull())
      .addColumn("reasoning_tokens", "bigint", (column) => column.notNull())
      .addColumn("duration_ms", "bigint", (column) => column.notNull())
      .addColumn("queue_ms", "bigint", (column) => column.notNull())
      .addColumn("cost_usd", "double precision", (column) => column.notNull())
      .addPrimaryKeyConstraint("request_conversations_key", ["period", "begins_at", "conversation_id"])
      // In SQLite the rows lie in the order of the key, and what belongs together is read together.
      .$call((made) => (isSqlite ? made.modifyEnd(sql`without rowid`) : made))
      .execute();
  },
};
