import type { Transaction } from "kysely";

import type { ConversationId } from "../../core/words/ids.ts";
import type { ConversationItem } from "../../core/ports/conversation-items.ts";
import { toStoredJson, toStoredText } from "../database/stored-text.ts";
import type { Tables } from "../database/tables.ts";

/** Five parameters per row: far below the limit for one statement in either database. */
const ROWS_AT_ONCE = 500;

/** Runs inside a transaction that holds the principal's lock. */
export async function addItems(
  transaction: Transaction<Tables>,
  id: ConversationId,
  items: readonly ConversationItem[],
  at: number,
): Promise<void> {
  for (let start = 0; start < items.length; start += ROWS_AT_ONCE) {
    const ids = items.slice(start, start + ROWS_AT_ONCE).map((item) => toStoredText(item.id));
    // A client may add an item again that it had deleted.
    await transaction
      .deleteFrom("conversation_items")
      .where("conversation_id", "=", id)
      .where("id", "in", ids)
      .where("item", "is", null)
      .execute();
  }
  const last = await transaction
    .selectFrom("conversation_items")
    .where("conversation_id", "=", id)
    .select((is) => is.fn.max("position").as("position"))
    .executeTakeFirst();
  const first = (last?.position ?? -1) + 1;
  for (let start = 0; start < items.length; start += ROWS_AT_ONCE) {
    const rows = items.slice(start, start + ROWS_AT_ONCE).map((item, index) => ({
      conversation_id: id,
      position: first + start + index,
      id: toStoredText(item.id),
      item: toStoredJson(item.item),
      created_at: at,
    }));
    await transaction.insertInto("conversation_items").values(rows).execute();
  }
  await transaction.updateTable("conversations").set({ updated_at: at }).where("id", "=", id).execute();
}

export async function removeItems(transaction: Transaction<Tables>, id: ConversationId): Promise<void> {
  await transaction.deleteFrom("conversation_items").where("conversation_id", "=", id).execute();
}
