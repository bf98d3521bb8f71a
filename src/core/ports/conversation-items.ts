import type { JsonObject } from "../words/client-tool.ts";
import type { ConversationId, PrincipalId } from "../words/ids.ts";
import type { Metadata, Page } from "./completion-store.ts";
import type { ItemPage } from "./response-store.ts";

/** One item of a conversation: JSON of the protocol, which nobody here reads, under the id that it has on the wire. */
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
 * The items of conversations. The conversations themselves are those of `ConversationStore`: made there they have no items of
 * their own until `adoptConversation` gives them some; made here they are known there, under their id as name, and deleting
 * one there deletes its items. Everything is scoped by principal. Items are content: each goes when the retention's time for
 * it is over, and none is written when nothing is to be kept.
 */
export interface ConversationItemStore {
  /** False when retention keeps no content: then there are no such conversations. */
  readonly isEnabled: boolean;

  /** Makes a new conversation. */
  createConversation(conversation: ItemConversation, items: readonly ConversationItem[]): Promise<void>;
  /**
   * Gives items to a conversation that has been without, and its id as a name if it has none. Does nothing when it has items
   * of its own already; false when there is no such conversation.
   */
  adoptConversation(
    principalId: PrincipalId,
    id: ConversationId,
    items: readonly ConversationItem[],
    at: number,
  ): Promise<boolean>;
  /** One that has items of its own, by its id or the client's name for it. */
  findConversation(principalId: PrincipalId, nameOrId: string): Promise<ItemConversation | undefined>;
  updateMetadata(
    principalId: PrincipalId,
    id: ConversationId,
    metadata: Metadata,
  ): Promise<ItemConversation | undefined>;

  /** All of them, in order. */
  loadItems(principalId: PrincipalId, id: ConversationId): Promise<readonly ConversationItem[]>;
  /** Undefined when `after` is none of its items. */
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
  /** Adds items at the end, all or none. False when the conversation has been deleted. */
  appendItems(
    principalId: PrincipalId,
    id: ConversationId,
    items: readonly ConversationItem[],
    at: number,
  ): Promise<boolean>;
  /** Puts these items in the place of all that there were. */
  replaceItems(
    principalId: PrincipalId,
    id: ConversationId,
    items: readonly ConversationItem[],
    at: number,
  ): Promise<boolean>;
  /** False when there is no such item. */
  deleteItem(principalId: PrincipalId, id: ConversationId, itemId: string): Promise<boolean>;
}
