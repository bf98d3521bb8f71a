import { setImmediate as yieldToEventLoop } from "node:timers/promises";

import type { DeleteResult, Kysely } from "kysely";

import { deleteOldFileChanges } from "../file-changes/delete-file-changes.ts";
import { deleteOldFiles } from "../files/delete-files.ts";
import type { Tables } from "./tables.ts";

/** Few enough that SQLite, which runs on the event loop's thread, never delays a stream for long. */
const BATCH = 50;

/**
 * Deletes the content of turns that ended before a time, system texts last used before it, and completions, responses, files,
 * file changes and conversation items stored before it.
 */
export async function deleteOldContent(db: Kysely<Tables>, olderThan: number): Promise<void> {
  const old = db.selectFrom("turn_contents").where("ended_at", "<", olderThan).select("turn_id").limit(BATCH);
  await repeat(() => db.deleteFrom("turn_contents").where("turn_id", "in", old).executeTakeFirst());
  await db
    .updateTable("conversations")
    .set({ system_text: null })
    .where("system_text", "is not", null)
    .where("updated_at", "<", olderThan)
    .execute();
  const oldCompletions = db
    .selectFrom("stored_completions")
    .where("created_at", "<", olderThan)
    .select("id")
    .limit(BATCH);
  await repeat(() =>
    db.deleteFrom("stored_completions").where("id", "in", oldCompletions).executeTakeFirst(),
  );
  await deleteOldResponses(db, olderThan);
  await deleteOldFiles(db, olderThan);
  await deleteOldFileChanges(db, olderThan);
  await repeat(() => deleteSomeItems(db, olderThan));
}

/** Deletes responses created before a time, with their stream events. */
export async function deleteOldResponses(db: Kysely<Tables>, olderThan: number): Promise<void> {
  const old = db.selectFrom("responses").where("created_at", "<", olderThan).select("id").limit(BATCH);
  await repeat(() => db.deleteFrom("responses").where("id", "in", old).executeTakeFirst());
}

/** Deletes all content, including that of running turns. */
export async function deleteAllContent(db: Kysely<Tables>): Promise<void> {
  const any = db.selectFrom("turn_contents").select("turn_id").limit(BATCH);
  await repeat(() => db.deleteFrom("turn_contents").where("turn_id", "in", any).executeTakeFirst());
  await db
    .updateTable("conversations")
    .set({ system_text: null })
    .where("system_text", "is not", null)
    .execute();
  const anyCompletion = db.selectFrom("stored_completions").select("id").limit(BATCH);
  await repeat(() => db.deleteFrom("stored_completions").where("id", "in", anyCompletion).executeTakeFirst());
  await db.deleteFrom("deleted_completions").execute();
  const anyResponse = db.selectFrom("responses").select("id").limit(BATCH);
  await repeat(() => db.deleteFrom("responses").where("id", "in", anyResponse).executeTakeFirst());
  await deleteOldFiles(db);
  await deleteOldFileChanges(db);
  await repeat(() => deleteSomeItems(db));
  await db.updateTable("conversations").set({ metadata: null }).where("metadata", "is not", null).execute();
}

function deleteSomeItems(db: Kysely<Tables>, olderThan?: number): Promise<DeleteResult> {
  const some = db
    .selectFrom("conversation_items")
    .$if(olderThan !== undefined, (items) => items.where("created_at", "<", olderThan ?? 0))
    .select(["conversation_id", "position"])
    .limit(BATCH);
  return db
    .deleteFrom("conversation_items")
    .where((is) =>
      is(is.refTuple("conversation_id", "position"), "in", some.$asTuple("conversation_id", "position")),
    )
    .executeTakeFirst();
}

/** Repeats a deletion of at most one batch until nothing is left. */
async function repeat(deleteBatch: () => Promise<{ readonly numDeletedRows: bigint }>): Promise<void> {
  while ((await deleteBatch()).numDeletedRows > 0n) await yieldToEventLoop();
}
