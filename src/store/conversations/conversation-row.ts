import type { Insertable, Selectable } from "kysely";

import type { Conversation } from "../../core/ports/conversation-store.ts";
import type { Retention } from "../../core/words/retention.ts";
import { fromStoredText, type StoredText, toStoredText } from "../database/stored-text.ts";
import type { ConversationTable } from "../database/tables.ts";

/** The columns that every turn may change. */
export function toChangedColumns(conversation: Conversation, retention: Retention) {
  return {
    profile: toStoredText(conversation.profile),
    model: toStoredText(conversation.model),
    system_text: toSystemTextColumn(conversation.systemText, retention),
    uses_client_tools: conversation.usesClientTools ? 1 : 0,
    sends_history: conversation.sendsHistory ? 1 : 0,
    updated_at: conversation.updatedAt,
  };
}

export function toConversationRow(
  conversation: Conversation,
  retention: Retention,
): Insertable<ConversationTable> {
  return {
    id: conversation.id,
    principal_id: conversation.principalId,
    name: conversation.name === undefined ? null : toStoredText(conversation.name),
    head_turn_id: null,
    head_state_hash: null,
    created_at: conversation.createdAt,
    ...toChangedColumns(conversation, retention),
  };
}

export function fromConversationRow(row: Selectable<ConversationTable>): Conversation {
  return {
    id: row.id,
    principalId: row.principal_id,
    ...(row.name !== null && { name: fromStoredText(row.name) }),
    profile: fromStoredText(row.profile),
    model: fromStoredText(row.model),
    systemText: row.system_text === null ? "" : fromStoredText(row.system_text),
    ...(row.uses_client_tools === 1 && { usesClientTools: true }),
    ...(row.sends_history === 1 && { sendsHistory: true }),
    ...(row.head_turn_id !== null && { headTurnId: row.head_turn_id }),
    ...(row.head_state_hash !== null && { headStateHash: row.head_state_hash }),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toSystemTextColumn(systemText: string, retention: Retention): StoredText | null {
  return systemText === "" || retention.content === "none" ? null : toStoredText(systemText);
}
