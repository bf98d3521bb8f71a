import type { Transaction } from "kysely";

import type { AbandonedTurn } from "../../core/ports/conversation-store.ts";
import { fromStoredText } from "../database/stored-text.ts";
import type { Tables } from "../database/tables.ts";
import { isAbandoned } from "../nodes/held-by.ts";

/**
 * Runs inside a transaction. Fails the running turns of nodes whose lease has ended. They get no usage, since it is unknown.
 */
export async function failAbandonedTurns(
  transaction: Transaction<Tables>,
  endedAt: number,
): Promise<readonly AbandonedTurn[]> {
  const rows = await transaction
    .updateTable("turns")
    .set({ status: "failed", error_kind: "internal", ended_at: endedAt })
    .where("status", "=", "running")
    .where(isAbandoned)
    .returning([
      "id",
      "conversation_id",
      "principal_id",
      "placement",
      "protocol",
      "profile",
      "model",
      "started_at",
    ])
    .execute();
  if (rows.length === 0) return [];
  // From now on, retention applies to their content too.
  await transaction
    .updateTable("turn_contents")
    .set({ ended_at: endedAt })
    .where("ended_at", "is", null)
    .where("turn_id", "in", (is) => is.selectFrom("turns").where("status", "!=", "running").select("id"))
    .execute();
  const named = await transaction
    .selectFrom("conversations")
    .where("name", "is not", null)
    .where(
      "id",
      "in",
      rows.map((row) => row.conversation_id),
    )
    .select(["id", "name"])
    .execute();
  const names = new Map(named.map(({ id, name }) => [id, name]));
  return rows.map((row) => {
    const name = names.get(row.conversation_id);
    return {
      id: row.id,
      conversationId: row.conversation_id,
      principalId: row.principal_id,
      placement: row.placement,
      protocol: row.protocol,
      profile: fromStoredText(row.profile),
      model: fromStoredText(row.model),
      startedAt: row.started_at,
      ...(name && { conversationName: fromStoredText(name) }),
    };
  });
}
