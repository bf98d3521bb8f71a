import { setImmediate as yieldToEventLoop } from "node:timers/promises";

import type { Kysely } from "kysely";

import type { Tables } from "../database/tables.ts";

/** A few megabytes each at most: SQLite overwrites what it deletes, on the event loop's thread. */
const CHANGES_AT_ONCE = 4;
const TURNS_AT_ONCE = 50;

/** Deletes file changes made before a time, with their contents; all of them if no time is given. */
export async function deleteOldFileChanges(db: Kysely<Tables>, olderThan?: number): Promise<void> {
  for (;;) {
    const turns = await db
      .selectFrom("turn_changes")
      .$if(olderThan !== undefined, (all) => all.where("changed_at", "<", olderThan ?? 0))
      .select("turn_id")
      .limit(TURNS_AT_ONCE)
      .execute();
    for (const { turn_id: turnId } of turns) {
      await deleteContents(db, turnId);
      await db.deleteFrom("turn_changes").where("turn_id", "=", turnId).execute();
      await yieldToEventLoop();
    }
    if (turns.length < TURNS_AT_ONCE) return;
  }
}

/** Deletes the changes with contents, a few at a time; the rest are deleted with the turn's row. */
async function deleteContents(db: Kysely<Tables>, turnId: Tables["turn_changes"]["turn_id"]): Promise<void> {
  const some = db
    .selectFrom("file_changes")
    .where("turn_id", "=", turnId)
    .where((is) => is.or([is("before", "is not", null), is("after", "is not", null)]))
    .select("position")
    .limit(CHANGES_AT_ONCE);
  for (;;) {
    const { numDeletedRows } = await db
      .deleteFrom("file_changes")
      .where("turn_id", "=", turnId)
      .where("position", "in", some)
      .executeTakeFirst();
    if (numDeletedRows < BigInt(CHANGES_AT_ONCE)) return;
    await yieldToEventLoop();
  }
}
