import type { Kysely, Migration } from "kysely";

/** Items of conversations, one row each, and the metadata of conversations with items. */
export const createConversationItems: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    // Null for a conversation without items of its own.
    await db.schema.alterTable("conversations").addColumn("metadata", "text").execute();
    await db.schema
      .createTable("conversation_items")
      .addColumn("conversation_id", "text", (column) =>
        column.notNull().references("conversations.id").onDelete("cascade"),
      )
      .addColumn("position", "bigint", (column) => column.notNull())
      .addColumn("id", "text", (column) => column.notNull())
      // Null once the client has deleted it: then the row only keeps its position, to continue paging from.
      .addColumn("item", "text")
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("conversation_items_key", ["conversation_id", "position"])
      .execute();
    await db.schema
      .createIndex("conversation_items_by_id")
      .on("conversation_items")
      .columns(["conversation_id", "id"])
      .unique()
      .execute();
    await db.schema
      .createIndex("conversation_items_by_time")
      .on("conversation_items")
      .column("created_at")
      .execute();
  },
};
