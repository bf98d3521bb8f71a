import type { JsonObject } from "../../core/words/client-tool.ts";
import type { Metadata } from "../../core/ports/completion-store.ts";

export interface ItemConversationBody {
  readonly id: string;
  readonly object: "conversation";
  readonly created_at: number;
  readonly metadata: Metadata;
}

export function formatItemConversation(conversation: {
  readonly id: string;
  readonly createdAt: number;
  readonly metadata: Metadata;
}): ItemConversationBody {
  const { id, createdAt, metadata } = conversation;
  return { id, object: "conversation", created_at: Math.floor(createdAt / 1000), metadata };
}

/** An empty page has empty ids, since the schema requires strings. */
export function formatItemList(
  items: readonly { readonly id: string; readonly item: JsonObject }[],
  hasMore: boolean,
) {
  return {
    object: "list" as const,
    data: items.map(({ item }) => item),
    first_id: items[0]?.id ?? "",
    last_id: items.at(-1)?.id ?? "",
    has_more: hasMore,
  };
}
