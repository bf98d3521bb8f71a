import type { Kysely, Migration } from "kysely";

/** What was used in a range of time is summed up without a look at all turns. */
export const addTurnsByTime: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.createIndex("turns_by_time").on("turns").column("started_at").execute();
  },
};
