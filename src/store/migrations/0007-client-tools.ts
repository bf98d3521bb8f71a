import type { Kysely, Migration } from "kysely";

/** Whether a conversation holds calls of client tools. Of those that are on record it is not known, which counts as no. */
export const addClientTools: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .alterTable("conversations")
      .addColumn("uses_client_tools", "integer", (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
