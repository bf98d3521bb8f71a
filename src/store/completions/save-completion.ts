import type { Transaction } from "kysely";

import type { Metadata, StoredCompletion, WireObject } from "../../core/ports/completion-store.ts";
import { toCompletionRow, toTags } from "./completion-row.ts";
import { type StoredText, toStoredJson } from "../database/stored-text.ts";
import type { Tables } from "../database/tables.ts";

/** Three parameters for each row: far below what one statement may have in either database. */
const ROWS_AT_ONCE = 1_000;

/** Runs inside a transaction. */
export async function saveCompletion(
  transaction: Transaction<Tables>,
  completion: StoredCompletion,
  messages: readonly WireObject[],
): Promise<void> {
  const row = toCompletionRow(completion);
  await transaction.insertInto("stored_completions").values(row).execute();
  await saveTags(transaction, row.id, completion.metadata);
  for (let start = 0; start < messages.length; start += ROWS_AT_ONCE) {
    const rows = messages.slice(start, start + ROWS_AT_ONCE).map((message, index) => ({
      completion_id: row.id,
      position: start + index,
      message: toStoredJson(message),
    }));
    await transaction.insertInto("stored_completion_messages").values(rows).execute();
  }
}

/** Runs inside a transaction. */
export async function saveTags(
  transaction: Transaction<Tables>,
  id: StoredText,
  metadata: Metadata,
): Promise<void> {
  const tags = toTags(metadata).map((tag) => ({ completion_id: id, tag }));
  if (tags.length > 0) await transaction.insertInto("stored_completion_tags").values(tags).execute();
}
