import type { ConversationId, PrincipalId } from "../words/ids.ts";
import type { ConversationSummary } from "./conversation-store.ts";

export interface ConversationFilter {
  readonly principalId?: PrincipalId;
  readonly profile?: string;
  /** Only those of this list. */
  readonly only?: readonly ConversationId[];
  /** All but those of this list. */
  readonly without?: readonly ConversationId[];
}

/** `after`: the last one of the page before. */
export interface ConversationPage {
  readonly limit: number;
  readonly after?: { readonly updatedAt: number; readonly id: string };
}

/** The conversations of all principals, for the operator. */
export interface ConversationIndex {
  /** Newest activity first. */
  listAll(filter: ConversationFilter, page: ConversationPage): Promise<readonly ConversationSummary[]>;
  /** Whose it is; undefined when there is none. */
  ownerOf(id: ConversationId): Promise<PrincipalId | undefined>;
}
