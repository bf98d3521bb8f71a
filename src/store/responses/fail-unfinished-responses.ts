import type { Transaction } from "kysely";

import type { ResponseStore } from "../../core/ports/response-store.ts";
import { fromResponseRow } from "./response-row.ts";
import type { Tables } from "../database/tables.ts";
import { updateResponse } from "./update-response.ts";

export type FailResponse = Parameters<ResponseStore["failUnfinished"]>[0];

/** Runs inside a transaction. There are never more of them than turns that a server runs or lets wait. */
export async function failUnfinishedResponses(
  transaction: Transaction<Tables>,
  change: FailResponse,
): Promise<number> {
  const rows = await transaction
    .selectFrom("responses")
    .where("status", "in", ["queued", "in_progress"])
    .selectAll()
    .execute();
  for (const row of rows) {
    const response = fromResponseRow(row);
    const { body, event } = change(response);
    await updateResponse(transaction, response.id, { status: "failed", body, events: [event] });
  }
  return rows.length;
}
