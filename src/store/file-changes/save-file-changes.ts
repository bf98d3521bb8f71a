import type { Insertable, Transaction } from "kysely";

import type { TurnChanges } from "../../core/ports/file-change-store.ts";
import type { KeptFileChange } from "../../core/ports/workspace-snapshots.ts";
import { toFileChangeRow } from "./file-change-row.ts";
import { toStoredText } from "../database/stored-text.ts";
import type { FileChangeTable, Tables } from "../database/tables.ts";

/** Eleven parameters per row: far below the limit for one statement in either database. */
const ROWS_AT_ONCE = 100;
/** The number of threads that Node has for compression. */
const PACKED_AT_ONCE = 4;
/** Few enough that SQLite, which runs on the event loop's thread, never delays a stream for long. */
const BYTES_AT_ONCE = 2 * 1024 * 1024;

/** The rows of a turn's changes, compressed before any transaction begins. */
export async function toFileChangeRows({
  turnId,
  changes,
}: TurnChanges<KeptFileChange>): Promise<readonly Insertable<FileChangeTable>[]> {
  const rows: Insertable<FileChangeTable>[] = [];
  // A few at a time: compressing all at once would fill the memory.
  for (let start = 0; start < changes.length; start += PACKED_AT_ONCE) {
    const some = changes.slice(start, start + PACKED_AT_ONCE);
    const packed = some.map((change, index) => toFileChangeRow(turnId, start + index, change));
    rows.push(...(await Promise.all(packed)));
  }
  return rows;
}

/** Runs inside a transaction that holds the principal's lock. Returns false when the turn was deleted while it ran. */
export async function saveFileChanges(
  transaction: Transaction<Tables>,
  turn: TurnChanges<KeptFileChange>,
  rows: readonly Insertable<FileChangeTable>[],
): Promise<boolean> {
  const known = await transaction
    .selectFrom("turns")
    .where("id", "=", turn.turnId)
    .where("principal_id", "=", turn.principalId)
    .select("id")
    .executeTakeFirst();
  if (known === undefined) return false;
  await transaction
    .insertInto("turn_changes")
    .values({
      turn_id: turn.turnId,
      principal_id: turn.principalId,
      folder: toStoredText(turn.folder),
      is_complete: turn.isComplete ? 1 : 0,
      changed_at: turn.changedAt,
      undone_at: turn.undoneAt ?? null,
    })
    .execute();
  for (const batch of batchesOf(rows)) await transaction.insertInto("file_changes").values(batch).execute();
  return true;
}

function* batchesOf(rows: readonly Insertable<FileChangeTable>[]): Generator<Insertable<FileChangeTable>[]> {
  let batch: Insertable<FileChangeTable>[] = [];
  let bytes = 0;
  for (const row of rows) {
    batch.push(row);
    bytes += (row.before?.byteLength ?? 0) + (row.after?.byteLength ?? 0);
    if (batch.length < ROWS_AT_ONCE && bytes < BYTES_AT_ONCE) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}
