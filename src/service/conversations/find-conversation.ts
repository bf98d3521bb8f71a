import { type ConversationId, type PrincipalId, uniquePartOf } from "../../core/words/ids.ts";
import type { Metadata } from "../../core/ports/completion-store.ts";
import type { ConversationItem } from "../../core/ports/conversation-items.ts";
import type { StoredTurn } from "../../core/ports/conversation-store.ts";
import { assignItemIds } from "../../protocols/responses/items/assign-item-ids.ts";
import { messagesToItems } from "../../protocols/responses/items/messages-to-items.ts";
import { uniqueItemIds } from "../../protocols/responses/items/unique-item-ids.ts";
import type { ServiceParts } from "../service-parts.ts";

export type ConversationParts = Pick<ServiceParts, "items" | "conversations" | "clock">;

/** A conversation as the Conversations API shows it. */
export interface FoundConversation {
  readonly id: ConversationId;
  readonly metadata: Metadata;
  readonly createdAt: number;
  /** What its turns said, while it has no items of its own. */
  readonly recorded?: readonly ConversationItem[];
}

/** Finds a conversation by id or name: one of the Conversations API, or one that exists only as recorded turns. */
export async function findConversation(
  { items, conversations }: ConversationParts,
  principalId: PrincipalId,
  nameOrId: string,
): Promise<FoundConversation | undefined> {
  if (!items.isEnabled) return undefined;
  const own = await items.findConversation(principalId, nameOrId);
  if (own) return own;
  const known = await conversations.find(principalId, nameOrId);
  if (!known) return undefined;
  const { id, createdAt, turns } = known;
  return { id, createdAt, metadata: {}, recorded: uniqueItemIds(turns.flatMap(itemsOfTurn)) };
}

/** Gives the conversation items of its own, made from what its turns have said so far. */
export async function giveItems(
  { items, clock }: ConversationParts,
  principalId: PrincipalId,
  { id, recorded }: FoundConversation,
): Promise<void> {
  if (recorded) await items.adoptConversation(principalId, id, recorded, clock());
}

function itemsOfTurn({ id, input, answer }: StoredTurn) {
  const part = uniquePartOf(id);
  return [
    ...assignItemIds(messagesToItems(input), part),
    ...assignItemIds(messagesToItems(answer ? [answer] : []), `${part}_o`),
  ];
}
