import type { JsonObject } from "../../core/words/client-tool.ts";
import type { Approval, FoundApproval } from "../../core/ports/approvals.ts";
import { type ApprovalStatus, approvalStatus } from "../approval-status.ts";

/** Turnpike's own approval object. Times are seconds since the epoch, as in OpenAI's objects. */
export interface ApprovalBody {
  readonly id: string;
  readonly object: "approval";
  readonly status: ApprovalStatus;
  readonly turn_id: string;
  readonly conversation_id: string;
  /** Absent when the conversation has no name. */
  readonly conversation_name?: string;
  readonly profile: string;
  readonly tool: string;
  readonly input: JsonObject;
  readonly summary: string;
  readonly always_allows: readonly string[];
  readonly requested_at: number;
  readonly expires_at: number;
  /** A key's id, or `terminal`; absent when nobody decided. */
  readonly decided_by?: string;
}

export interface ApprovalListBody {
  readonly object: "list";
  readonly data: readonly ApprovalBody[];
  readonly has_more: false;
}

export function formatApproval({ approval, outcome, by }: FoundApproval): ApprovalBody {
  return {
    id: approval.id,
    object: "approval",
    status: approvalStatus(outcome),
    turn_id: approval.turnId,
    conversation_id: approval.conversationId,
    ...(approval.conversationName !== undefined && { conversation_name: approval.conversationName }),
    profile: approval.profile,
    tool: approval.toolName,
    input: approval.input,
    summary: approval.summary,
    always_allows: approval.alwaysAllows,
    requested_at: Math.floor(approval.requestedAt / 1000),
    expires_at: Math.floor(approval.expiresAt / 1000),
    ...(by !== undefined && { decided_by: by }),
  };
}

export function formatApprovalList(approvals: readonly Approval[]): ApprovalListBody {
  return { object: "list", data: approvals.map((approval) => formatApproval({ approval })), has_more: false };
}
