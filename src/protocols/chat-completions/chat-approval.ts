import type { PermissionRequest, PermissionResolved } from "../../core/words/turn-event.ts";
import { type ApprovalStatus, approvalStatus } from "../approval-status.ts";

/** A call of Claude Code's that waits for a person: all of it when it begins to wait, the outcome when it no longer does. */
export interface ChatApprovalBody {
  /** To be answered under, at `/approvals/{id}`. */
  readonly id: string;
  readonly status: ApprovalStatus;
  readonly tool?: string;
  /** JSON text, for the reason that `chat-activity.ts` has. */
  readonly input?: string;
  readonly summary?: string;
  /** What "always" would allow; empty when it cannot be had. */
  readonly always_allows?: string;
  /** ISO 8601; unanswered until then it is denied. */
  readonly expires_at?: string;
}

export function formatApproval(event: PermissionRequest | PermissionResolved): ChatApprovalBody {
  if (event.type === "permission-resolved") {
    return { id: event.approvalId, status: approvalStatus(event.outcome) };
  }
  const { approvalId: id, toolName: tool, input, summary, alwaysAllows, expiresAt } = event;
  return {
    id,
    status: "waiting",
    tool,
    input: JSON.stringify(input),
    summary,
    always_allows: alwaysAllows.join(", "),
    expires_at: new Date(expiresAt).toISOString(),
  };
}
