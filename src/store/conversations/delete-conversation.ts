import type { Transaction } from "kysely";

import type { ConversationId, PrincipalId } from "../../core/words/ids.ts";
import type { Tables } from "../database/tables.ts";

/**
 * Runs inside a transaction that holds the principal's lock. Turns that another conversation builds on are moved to that
 * conversation. So every turn belongs to an existing conversation, and is deleted with the last one that needs it.
 */
export async function deleteConversation(
  transaction: Transaction<Tables>,
  principalId: PrincipalId,
  id: ConversationId,
): Promise<boolean> {
  const conversation = await transaction
    .selectFrom("conversations")
    .where("id", "=", id)
    .where("principal_id", "=", principalId)
    .select("id")
    .executeTakeFirst();
  if (conversation === undefined) return false;
  await bequeathTurns(transaction, id);
  await transaction.deleteFrom("turns").where("conversation_id", "=", id).execute();
  await transaction.deleteFrom("conversations").where("id", "=", id).execute();
  return true;
}

async function bequeathTurns(transaction: Transaction<Tables>, id: ConversationId): Promise<void> {
  await transaction
    .withRecursive("heirs(turn_id, conversation_id)", (query) =>
      query
        // Where another conversation branches off …
        .selectFrom("turns as turn")
        .innerJoin("turns as child", "child.parent_turn_id", "turn.id")
        .where("turn.conversation_id", "=", id)
        .where("child.conversation_id", "!=", id)
        .select(["turn.id as turn_id", "child.conversation_id"])
        // … and from there towards the root, as long as the turns belong to this conversation.
        .union(
          query
            .selectFrom("heirs")
            .innerJoin("turns as child", "child.id", "heirs.turn_id")
            .innerJoin("turns as turn", "turn.id", "child.parent_turn_id")
            .where("turn.conversation_id", "=", id)
            .select(["turn.id as turn_id", "heirs.conversation_id"]),
        ),
    )
    .updateTable("turns")
    .set((is) => ({
      conversation_id: is
        .selectFrom("heirs")
        .whereRef("heirs.turn_id", "=", "turns.id")
        // Any heir will do: when it is deleted, the next one inherits.
        .select((of) => of.fn.min("heirs.conversation_id").as("heir")),
    }))
    .where("id", "in", (is) => is.selectFrom("heirs").select("turn_id"))
    .execute();
}
