import type { JsonObject } from "../words/client-tool.ts";
import type { ConversationId, PrincipalId } from "../words/ids.ts";
import type { Metadata, Page } from "./completion-store.ts";
import type { ItemPage } from "./response-store.ts";

/** One item of a conversation under its wire id: the protocol's JSON, which nothing here interprets. */
export interface ConversationItem {
  readonly id: string;
  readonly item: JsonObject;
}

/** A conversation whose items are kept one by one, so that clients can list, add and remove them. */
export interface ItemConversation {
  readonly id: ConversationId;
  readonly principalId: PrincipalId;
  readonly metadata: Metadata;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/**
 * The items of conversations. The conversations themselves are those of `ConversationStore`. One created there has no items of
 * its own until `adoptConversation` gives it some. One created here is known there too, with its id as its name, and deleting
 * it there deletes its items. Everything is scoped by principal. Items are content: each is deleted when its retention period
 * is over, and none is written when nothing is to be kept.
 */
export interface ConversationItemStore {
  /** False when retention keeps no content: then there are no such conversations. */
  readonly isEnabled: boolean;

  /** Makes a new conversation. */
  createConversation(conversation: ItemConversation, items: readonly ConversationItem[]): Promise<void>;
  /**
   * Gives items to a conversation that has none, and its id as a name if it has none. Does nothing when it already has items of
   * its own; false when there is no such conversation.
   */
  adoptConversation(
    principalId: PrincipalId,
    id: ConversationId,
    items: readonly ConversationItem[],
    at: number,
  ): Promise<boolean>;
  /** Finds a conversation with items of its own, by its id or the client's name for it. */
  findConversation(principalId: PrincipalId, nameOrId: string): Promise<ItemConversation | undefined>;
  updateMetadata(
    principalId: PrincipalId,
    id: ConversationId,
    metadata: Metadata,
  ): Promise<ItemConversation | undefined>;

  /** All of them, in order. */
  loadItems(principalId: PrincipalId, id: ConversationId): Promise<readonly ConversationItem[]>;
  /** Undefined when `after` is not one of its items. */
  listItems(
    principalId: PrincipalId,
    id: ConversationId,
    page: ItemPage,
  ): Promise<Page<ConversationItem> | undefined>;
  findItem(
    principalId: PrincipalId,
    id: ConversationId,
    itemId: string,
  ): Promise<ConversationItem | undefined>;
  /** Appends items, all or none. False when the conversation has been deleted. */
  appendItems(
    principalId: PrincipalId,
    id: ConversationId,
    items: readonly ConversationItem[],
    at: number,
  ): Promise<boolean>;
  /** Replaces all existing items with these. */
  replaceItems(
    principalId: PrincipalId,
    id: ConversationId,
    items: readonly ConversationItem[],
    at: number,
  ): Promise<boolean>;
  /** False when there is no such item. */
  deleteItem(principalId: PrincipalId, id: ConversationId, itemId: string): Promise<boolean>;
}
