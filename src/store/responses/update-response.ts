import type { Transaction } from "kysely";

import type { ResponseStore } from "../../core/ports/response-store.ts";
import { toStoredJson, toStoredText } from "../database/stored-text.ts";
import type { Tables } from "../database/tables.ts";

export type ResponseChange = Parameters<ResponseStore["updateResponse"]>[1];

/** Runs inside a transaction. Does nothing when the response was deleted. */
export async function updateResponse(
  transaction: Transaction<Tables>,
  id: string,
  { status, body, events = [] }: ResponseChange,
): Promise<void> {
  const storedId = toStoredText(id);
  const updated = await transaction
    .updateTable("responses")
    .set({ status, body: toStoredJson(body) })
    .where("id", "=", storedId)
    .returning("has_stream")
    .executeTakeFirst();
  if (updated?.has_stream !== 1 || events.length === 0) return;
  const stored = toStoredJson(events);
  await transaction
    .insertInto("response_events")
    .values({ response_id: storedId, events: stored })
    .onConflict((conflict) => conflict.column("response_id").doUpdateSet({ events: stored }))
    .execute();
}
