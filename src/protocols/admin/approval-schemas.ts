import * as z from "zod";

import type { FoundApproval } from "../../core/ports/approvals.ts";
import { approvalStatus } from "../approval-status.ts";

/** A call by Claude Code that waits, or waited, for a person. Times are milliseconds since the epoch. */
export const adminApprovalSchema = z.object({
  id: z.string(),
  object: z.literal("approval"),
  status: z.string(),
  principal: z.string(),
  profile: z.string(),
  turn_id: z.string(),
  conversation_id: z.string(),
  conversation_name: z.string().nullable(),
  tool: z.string(),
  input: z.record(z.string(), z.unknown()),
  summary: z.string(),
  /** What "always" would allow in this conversation; empty when it is not available. */
  always_allows: z.array(z.string()),
  requested_at: z.number(),
  expires_at: z.number(),
  decided_by: z.string().nullable(),
});

export const adminApprovalListSchema = z.object({
  object: z.literal("list"),
  data: z.array(adminApprovalSchema),
});

export const approvalDecisionSchema = z.strictObject({
  decision: z.enum(["allow", "deny", "always"]),
  /** For the model, in case of a denial. */
  reason: z.string().max(10_000).nullish(),
});

export type AdminApprovalBody = z.output<typeof adminApprovalSchema>;

export function formatAdminApproval({ approval, outcome, by }: FoundApproval): AdminApprovalBody {
  return {
    id: approval.id,
    object: "approval",
    status: approvalStatus(outcome),
    principal: approval.principalId,
    profile: approval.profile,
    turn_id: approval.turnId,
    conversation_id: approval.conversationId,
    conversation_name: approval.conversationName ?? null,
    tool: approval.toolName,
    input: { ...approval.input },
    summary: approval.summary,
    always_allows: [...approval.alwaysAllows],
    requested_at: approval.requestedAt,
    expires_at: approval.expiresAt,
    decided_by: by ?? null,
  };
}
