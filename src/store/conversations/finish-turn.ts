import type { Transaction } from "kysely";

import type { TurnId } from "../../core/words/ids.ts";
import type { TurnOutcome } from "../../core/ports/conversation-store.ts";
import { toStoredJson } from "../database/stored-text.ts";
import type { Tables } from "../database/tables.ts";
import { toOutcomeColumns } from "./turn-row.ts";

/** Runs inside a transaction. Locks the turn before its conversation, as a deletion does, so that the two never deadlock. */
export async function finishTurn(
  transaction: Transaction<Tables>,
  id: TurnId,
  outcome: TurnOutcome,
): Promise<void> {
  const turn = await transaction
    .updateTable("turns")
    .set(toOutcomeColumns(outcome))
    .where("id", "=", id)
    .where("status", "=", "running")
    .returning("conversation_id")
    .executeTakeFirst();
  // The conversation was deleted while the turn ran, or another server considered this one dead.
  if (turn === undefined) return;

  const isCompleted = outcome.status === "completed";
  await transaction
    .updateTable("turn_contents")
    .set({
      ended_at: outcome.endedAt,
      state_hash: isCompleted ? (outcome.stateHash ?? null) : null,
      answer: outcome.answer === undefined ? null : toStoredJson(outcome.answer),
      transcript: toStoredJson(outcome.transcript),
    })
    .where("turn_id", "=", id)
    .execute();
  await transaction
    .updateTable("conversations")
    .set({
      updated_at: outcome.endedAt,
      ...(isCompleted && { head_turn_id: id, head_state_hash: outcome.stateHash ?? null }),
    })
    .where("id", "=", turn.conversation_id)
    .execute();
}
