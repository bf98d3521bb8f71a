import type { PrincipalId } from "../words/ids.ts";
import type { ConversationSummary, StoredTurn } from "./conversation-store.ts";

export interface ConversationDetails extends ConversationSummary {
  /** Its next turn goes on where it stands: a session holds it, or it is kept for a worker. */
  readonly isHot: boolean;
  /** Its session, if it has a live one. */
  readonly session?: { readonly id: string; readonly processId?: number; readonly isBusy: boolean };
  readonly turns: readonly StoredTurn[];
}

/** What a principal may see of its conversations and do with them. */
export interface ConversationDirectory {
  list(
    principalId: PrincipalId,
    page: { readonly limit: number; readonly before?: number },
  ): Promise<readonly (ConversationSummary & { readonly isHot: boolean })[]>;
  /** By name or id. */
  find(principalId: PrincipalId, nameOrId: string): Promise<ConversationDetails | undefined>;
  /**
   * `evict` closes its idle session and keeps the record; `forget` also deletes the record, cancelling a running turn. False
   * when there is no such conversation.
   */
  remove(principalId: PrincipalId, nameOrId: string, mode: "evict" | "forget"): Promise<boolean>;
}
