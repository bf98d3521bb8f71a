import type { ConversationItem, ItemConversation } from "../../src/core/ports/conversation-items.ts";
import { ALICE, conversationId } from "./store-fixtures.ts";

export const ALL = { limit: 1_000, order: "asc" } as const;

export function itemConversation(id: string, changes: Partial<ItemConversation> = {}): ItemConversation {
  return { id: conversationId(id), principalId: ALICE, metadata: {}, createdAt: 1_000, ...changes };
}

/** Items with these ids, each with content of its own. */
export function items(...ids: readonly string[]): readonly ConversationItem[] {
  return ids.map((id) => ({ id, item: { type: "message", id, role: "user", content: `content of ${id}` } }));
}
