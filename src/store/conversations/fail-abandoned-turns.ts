import type { Transaction } from "kysely";

import type { Tables } from "../database/tables.ts";
import { isAbandoned } from "../nodes/held-by.ts";

/**
 * Runs inside a transaction. Fails the running turns of nodes whose lease has ended. They get no usage, since it is unknown.
 */
export async function failAbandonedTurns(transaction: Transaction<Tables>, endedAt: number): Promise<number> {
  const { numUpdatedRows } = await transaction
    .updateTable("turns")
    .set({ status: "failed", error_kind: "internal", ended_at: endedAt })
    .where("status", "=", "running")
    .where(isAbandoned)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return 0;
  // From now on, retention applies to their content too.
  await transaction
    .updateTable("turn_contents")
    .set({ ended_at: endedAt })
    .where("ended_at", "is", null)
    .where("turn_id", "in", (is) => is.selectFrom("turns").where("status", "!=", "running").select("id"))
    .execute();
  return Number(numUpdatedRows);
}
