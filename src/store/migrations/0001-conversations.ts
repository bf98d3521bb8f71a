import { type Kysely, type Migration, sql } from "kysely";

/** Conversations, their turns and the turns' content. */
export const createConversations: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable("conversations")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("principal_id", "text", (column) => column.notNull())
      .addColumn("name", "text")
      .addColumn("profile", "text", (column) => column.notNull())
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("system_text", "text")
      // No foreign key: it would form a cycle with turns.conversation_id.
      .addColumn("head_turn_id", "text")
      .addColumn("head_state_hash", "text")
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("updated_at", "bigint", (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex("conversations_by_name")
      .on("conversations")
      .columns(["principal_id", "name"])
      .unique()
      .execute();
    await db.schema
      .createIndex("conversations_by_activity")
      .on("conversations")
      .columns(["principal_id", "updated_at"])
      .execute();
    await db.schema
      .createIndex("conversations_with_system_text")
      .on("conversations")
      .column("updated_at")
      .where(sql.ref("system_text"), "is not", null)
      .execute();

    await db.schema
      .createTable("turns")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("conversation_id", "text", (column) => column.notNull().references("conversations.id"))
      .addColumn("principal_id", "text", (column) => column.notNull())
      .addColumn("parent_turn_id", "text", (column) => column.references("turns.id"))
      .addColumn("status", "text", (column) => column.notNull())
      .addColumn("placement", "text", (column) => column.notNull())
      .addColumn("protocol", "text", (column) => column.notNull())
      .addColumn("profile", "text", (column) => column.notNull())
      .addColumn("model", "text", (column) => column.notNull())
      .addColumn("error_kind", "text")
      .addColumn("input_tokens", "bigint")
      .addColumn("cache_read_tokens", "bigint")
      .addColumn("cache_write_tokens", "bigint")
      .addColumn("output_tokens", "bigint")
      .addColumn("reasoning_tokens", "bigint")
      .addColumn("cost_usd", "double precision")
      .addColumn("started_at", "bigint", (column) => column.notNull())
      .addColumn("first_token_at", "bigint")
      .addColumn("ended_at", "bigint")
      .execute();
    await db.schema.createIndex("turns_by_conversation").on("turns").column("conversation_id").execute();
    await db.schema.createIndex("turns_by_parent").on("turns").column("parent_turn_id").execute();
    await db.schema
      .createIndex("turns_running")
      .on("turns")
      .column("id")
      .where(sql.ref("status"), "=", "running")
      .execute();

    await db.schema
      .createTable("turn_contents")
      .addColumn("turn_id", "text", (column) =>
        column.primaryKey().references("turns.id").onDelete("cascade"),
      )
      .addColumn("principal_id", "text", (column) => column.notNull())
      .addColumn("state_hash", "text")
      .addColumn("ended_at", "bigint")
      .addColumn("input", "text", (column) => column.notNull())
      .addColumn("answer", "text")
      .addColumn("transcript", "text")
      .execute();
    await db.schema
      .createIndex("turn_contents_by_state")
      .on("turn_contents")
      .columns(["principal_id", "state_hash", "ended_at"])
      .execute();
    await db.schema.createIndex("turn_contents_by_end").on("turn_contents").column("ended_at").execute();
  },
};
