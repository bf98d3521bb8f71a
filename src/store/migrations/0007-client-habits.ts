import type { Kysely, Migration } from "kysely";

/** What is known of how a conversation's client works. Of those that are on record it is not known, which counts as no. */
export const addClientHabits: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const column of ["uses_client_tools", "sends_history"]) {
      await db.schema
        .alterTable("conversations")
        .addColumn(column, "integer", (definition) => definition.notNull().defaultTo(0))
        .execute();
    }
  },
};
