import type { Kysely, Migration } from "kysely";

/** The operator sees the conversations of all principals, the latest first. */
export const addConversationsOfAll: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createIndex("conversations_of_all")
      .on("conversations")
      .columns(["updated_at", "id"])
      .execute();
  },
};
