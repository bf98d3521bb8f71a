import { setImmediate as yieldToEventLoop } from "node:timers/promises";

import type { Kysely } from "kysely";

import type { Tables } from "../database/tables.ts";

/** One mebibyte each: SQLite overwrites what it deletes, on the event loop's thread. */
const PIECES_AT_ONCE = 4;
const FILES_AT_ONCE = 50;

/** How long an upload may take. */
const UPLOAD_MS = 24 * 60 * 60 * 1000;

/**
 * Deletes a file with its bytes. It disappears for everybody at once; if the server dies before the bytes are deleted, the next
 * sweep deletes them.
 */
export async function deleteFileNow(db: Kysely<Tables>, id: string): Promise<void> {
  await db.updateTable("files").set({ byte_count: null }).where("id", "=", id).execute();
  for (;;) {
    const last = db
      .selectFrom("file_pieces")
      .where("file_id", "=", id)
      .orderBy("position", "desc")
      .limit(PIECES_AT_ONCE)
      .select("position");
    const { numDeletedRows } = await db
      .deleteFrom("file_pieces")
      .where("file_id", "=", id)
      .where("position", "in", last)
      .executeTakeFirst();
    if (numDeletedRows < BigInt(PIECES_AT_ONCE)) break;
    await yieldToEventLoop();
  }
  await db.deleteFrom("files").where("id", "=", id).execute();
}

/** Deletes the files uploaded before a time; all of them if no time is given. */
export async function deleteOldFiles(db: Kysely<Tables>, olderThan?: number): Promise<void> {
  await deleteEach(db, () =>
    db
      .selectFrom("files")
      .$if(olderThan !== undefined, (files) => files.where("created_at", "<", olderThan ?? 0))
      .select("id")
      .limit(FILES_AT_ONCE)
      .execute(),
  );
}

/** Deletes expired files, abandoned uploads and files whose deletion was interrupted. */
export async function sweepFiles(db: Kysely<Tables>, now: number): Promise<void> {
  await deleteEach(db, () =>
    db
      .selectFrom("files")
      .where((is) =>
        is.or([
          is("expires_at", "<=", now),
          is.and([is("byte_count", "is", null), is("created_at", "<", now - UPLOAD_MS)]),
        ]),
      )
      .select("id")
      .limit(FILES_AT_ONCE)
      .execute(),
  );
}

async function deleteEach(
  db: Kysely<Tables>,
  selectSome: () => Promise<readonly { readonly id: string }[]>,
): Promise<void> {
  for (;;) {
    const files = await selectSome();
    for (const { id } of files) await deleteFileNow(db, id);
    if (files.length < FILES_AT_ONCE) return;
  }
}
