import type { PermissionRequest, PermissionResolved } from "../../core/words/turn-event.ts";
import { type ApprovalStatus, approvalStatus } from "../approval-status.ts";

/** A call of Claude Code's that waits for a person: complete when the wait begins, only the outcome when it ends. */
export interface ChatApprovalBody {
  /** The id to answer it by, at `/approvals/{id}`. */
  readonly id: string;
  readonly status: ApprovalStatus;
  readonly tool?: string;
  /** JSON text, for the reason given in `chat-activity.ts`. */
  readonly input?: string;
  readonly summary?: string;
  /** What "always" would allow; empty when that is not possible. */
  readonly always_allows?: string;
  /** ISO 8601; without an answer by then it is denied. */
  readonly expires_at?: string;
}

export function formatChatApproval(event: PermissionRequest | PermissionResolved): ChatApprovalBody {
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
