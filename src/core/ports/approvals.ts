import type { JsonObject } from "../words/client-tool.ts";
import type { ConversationId, PrincipalId, TurnId } from "../words/ids.ts";
import type { PermissionOutcome } from "../words/turn-event.ts";

/** A call of Claude Code's that waits for a person's word. */
export interface Approval {
  readonly id: string;
  readonly turnId: TurnId;
  readonly conversationId: ConversationId;
  /** As its client calls it; absent when nobody named it. */
  readonly conversationName?: string;
  /** Whose turn it is. */
  readonly principalId: PrincipalId;
  readonly profile: string;
  readonly toolName: string;
  readonly input: JsonObject;
  /** What it is about, in a few words. */
  readonly summary: string;
  /** What "always" would allow in this conversation; empty when it cannot be had. */
  readonly alwaysAllows: readonly string[];
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
  /** Unanswered until then it is denied. */
  readonly expiresAt: number;
}

/** `always`: this call, and others like it in the same conversation. */
export interface ApprovalDecision {
  readonly type: "allow" | "deny" | "always";
  /** For the model, of a denial. */
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

/** One that waits, or was answered a while ago: then with its outcome. */
export interface FoundApproval {
  readonly approval: Approval;
  readonly outcome?: PermissionOutcome;
  /** Who answered; absent when nobody did. */
  readonly by?: string;
}

/** The calls that wait, for those who may answer. */
export interface Approvals {
  /** Those that wait, oldest first. */
  list(): readonly Approval[];
  /** Also one that was answered a while ago. */
  find(id: string): FoundApproval | undefined;
  /**
   * The first answer counts.
   * @throws AppError `not-found` when there is none, `conflict` when it has been answered or is over, `invalid-request` for
   *   an `always` that cannot be had
   */
  decide(id: string, decision: ApprovalDecision, by: string): PermissionOutcome;
  /** What happens from now on; ends with the signal. A slow reader loses the oldest events, never the order. */
  watch(signal: AbortSignal): AsyncIterable<ApprovalEvent>;
}
