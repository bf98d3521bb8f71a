import type { JsonObject } from "../words/client-tool.ts";
import type { ConversationId, PrincipalId, TurnId } from "../words/ids.ts";
import type { PermissionOutcome } from "../words/turn-event.ts";

/** A call by Claude Code that waits for a person's approval. */
export interface Approval {
  readonly id: string;
  readonly turnId: TurnId;
  readonly conversationId: ConversationId;
  /** The client's name for the conversation; absent when it has none. */
  readonly conversationName?: string;
  /** The owner of the turn. */
  readonly principalId: PrincipalId;
  readonly profile: string;
  readonly toolName: string;
  readonly input: JsonObject;
  /** A short description of the call. */
  readonly summary: string;
  /** What "always" would allow in this conversation; empty when "always" is not available. */
  readonly alwaysAllows: readonly string[];
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
  /** The call is denied if unanswered by then. */
  readonly expiresAt: number;
}

/** `always` allows this call, and others like it in the same conversation. */
export interface ApprovalDecision {
  readonly type: "allow" | "deny" | "always";
  /** For the model, in case of a denial. */
  readonly reason?: string;
}

export type ApprovalEvent =
  | { readonly type: "approval-requested"; readonly approval: Approval }
  | {
      readonly type: "approval-resolved";
      readonly approval: Approval;
      readonly outcome: PermissionOutcome;
      /** Who answered: a principal's id, or `terminal`. Absent when nobody did. */
      readonly by?: string;
    };

/** A waiting approval, or one that was answered recently, with its outcome. */
export interface FoundApproval {
  readonly approval: Approval;
  readonly outcome?: PermissionOutcome;
  /** Who answered; absent when nobody did. */
  readonly by?: string;
}

/** The waiting calls, for those who may answer. */
export interface Approvals {
  /** The waiting approvals, oldest first. */
  list(): readonly Approval[];
  /** Also finds an approval that was answered recently. */
  find(id: string): FoundApproval | undefined;
  /**
   * The first answer counts.
   * @throws AppError `not-found` when it does not exist, `conflict` when it has been answered or is over, `invalid-request` for
   * an `always` that is not available
   */
  decide(id: string, decision: ApprovalDecision, by: string): PermissionOutcome;
  /** Yields events from now on until the signal aborts. A slow reader loses the oldest events; the order is kept. */
  watch(signal: AbortSignal): AsyncIterable<ApprovalEvent>;
}
