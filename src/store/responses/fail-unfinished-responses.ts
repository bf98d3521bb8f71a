import type { Expression, Transaction } from "kysely";

import type { ResponseStore } from "../../core/ports/response-store.ts";
import type { NodeId } from "../../core/words/ids.ts";
import { fromResponseRow } from "./response-row.ts";
import type { Tables } from "../database/tables.ts";
import { isAbandoned } from "../nodes/held-by.ts";
import { UNFINISHED, updateResponse } from "./update-response.ts";

export type FailResponse = Parameters<ResponseStore["failUnfinished"]>[0];

/**
 * Runs inside a transaction. Fails the unfinished responses of nodes whose lease has ended, and makes them this node's. There
 * are never more of them than turns that the servers run or queue.
 */
export async function failUnfinishedResponses(
  transaction: Transaction<Tables>,
  change: FailResponse,
  given: { readonly skipLocked: Expression<unknown>; readonly nodeId: NodeId | undefined },
): Promise<number> {
  const rows = await transaction
    .selectFrom("responses")
    .where("status", "in", [...UNFINISHED])
    .where(isAbandoned)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("response_jobs")
            .whereRef("response_jobs.response_id", "=", "responses.id")
            .where("response_jobs.has_begun", "=", 0)
            .select("response_jobs.response_id"),
        ),
      ),
    )
    .selectAll()
    .modifyEnd(given.skipLocked)
    .execute();
  for (const row of rows) {
    const response = fromResponseRow(row);
    const { body, event } = change(response);
    await transaction
      .updateTable("responses")
      .set({ node_id: given.nodeId ?? null })
      .where("id", "=", row.id)
      .execute();
    await updateResponse(transaction, response.id, { status: "failed", body, events: [event] }, given.nodeId);
  }
  return rows.length;
}
