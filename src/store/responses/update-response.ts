import type { Transaction } from "kysely";

import type { KeptResponse, ResponseStore } from "../../core/ports/response-store.ts";
import type { NodeId } from "../../core/words/ids.ts";
import { toStoredJson, toStoredText } from "../database/stored-text.ts";
import type { Tables } from "../database/tables.ts";
import { isHeldBy } from "../nodes/held-by.ts";

/** The statuses of a response that is still being worked on. */
export const UNFINISHED: ReadonlySet<KeptResponse["status"]> = new Set(["queued", "in_progress"] as const);

export type ResponseChange = Parameters<ResponseStore["updateResponse"]>[1];

/** Runs inside a transaction. Does nothing when the response was deleted or belongs to another node. */
export async function updateResponse(
  transaction: Transaction<Tables>,
  id: string,
  { status, body, events = [] }: ResponseChange,
  nodeId: NodeId | undefined,
): Promise<void> {
  const storedId = toStoredText(id);
  const updated = await transaction
    .updateTable("responses")
    .set({ status, body: toStoredJson(body) })
    .where("id", "=", storedId)
    .where(isHeldBy(nodeId))
    .returning("has_stream")
    .executeTakeFirst();
  if (updated && !UNFINISHED.has(status)) {
    await transaction.deleteFrom("response_jobs").where("response_id", "=", storedId).execute();
  }
  if (updated?.has_stream !== 1 || events.length === 0) return;
  const stored = toStoredJson(events);
  await transaction
    .insertInto("response_events")
    .values({ response_id: storedId, events: stored })
    .onConflict((conflict) => conflict.column("response_id").doUpdateSet({ events: stored }))
    .execute();
}
