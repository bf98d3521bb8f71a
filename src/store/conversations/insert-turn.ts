import type { Transaction } from "kysely";

import { AppError } from "../../core/words/app-error.ts";
import type { ConversationId, NodeId } from "../../core/words/ids.ts";
import type { Conversation, NewTurn } from "../../core/ports/conversation-store.ts";
import type { Retention } from "../../core/words/retention.ts";
import { toChangedColumns, toConversationRow } from "./conversation-row.ts";
import { toStoredJson, toStoredText } from "../database/stored-text.ts";
import type { Tables } from "../database/tables.ts";
import { toTurnRow } from "./turn-row.ts";

/** Runs inside a transaction that holds the principal's lock. */
export async function insertTurn(
  transaction: Transaction<Tables>,
  conversation: Conversation,
  turn: NewTurn,
  { retention, nodeId }: { readonly retention: Retention; readonly nodeId: NodeId | undefined },
): Promise<void> {
  await checkParent(transaction, turn);
  const conversationId = await saveConversation(transaction, conversation, retention);
  await transaction
    .insertInto("turns")
    .values(toTurnRow(turn, conversationId, nodeId))
    .execute();
  if (retention.content === "none") return;
  await transaction
    .insertInto("turn_contents")
    .values({ turn_id: turn.id, principal_id: turn.principalId, input: toStoredJson(turn.input) })
    .execute();
}

/** The parent may have been deleted since the caller found it, and it must not be another principal's. */
async function checkParent(transaction: Transaction<Tables>, turn: NewTurn): Promise<void> {
  if (turn.parentTurnId === undefined) return;
  const parent = await transaction
    .selectFrom("turns")
    .where("id", "=", turn.parentTurnId)
    .where("principal_id", "=", turn.principalId)
    .select("id")
    .executeTakeFirst();
  if (parent) return;
  throw new AppError({
    kind: "not-found",
    message:
      "The conversation that this request continues has been deleted. Send the whole history to begin a new one.",
  });
}

/**
 * Returns the conversation's recorded id: that of another conversation if the name was taken since the caller looked for it.
 */
async function saveConversation(
  transaction: Transaction<Tables>,
  conversation: Conversation,
  retention: Retention,
): Promise<ConversationId> {
  const known = await findKnown(transaction, conversation);
  if (known === undefined) {
    await transaction
      .insertInto("conversations")
      .values(toConversationRow(conversation, retention))
      .execute();
    return conversation.id;
  }
  await transaction
    .updateTable("conversations")
    .set(toChangedColumns(conversation, retention))
    .where("id", "=", known)
    .execute();
  return known;
}

async function findKnown(
  transaction: Transaction<Tables>,
  conversation: Conversation,
): Promise<ConversationId | undefined> {
  const { id, name, principalId } = conversation;
  const rows = await transaction
    .selectFrom("conversations")
    .where("principal_id", "=", principalId)
    .where((is) =>
      is.or([is("id", "=", id), ...(name === undefined ? [] : [is("name", "=", toStoredText(name))])]),
    )
    .select("id")
    .execute();
  return (rows.find((row) => row.id === id) ?? rows[0])?.id;
}
