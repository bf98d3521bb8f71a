import type { Kysely, Migration } from "kysely";

/** What is known about how a conversation's client works. For existing conversations it is unknown, which counts as no. */
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
