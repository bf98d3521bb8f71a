import type { ApprovalEvent } from "../../core/ports/approvals.ts";
import { formatApproval } from "./format-approval.ts";

/** One event of the live feed as a server-sent event. */
export function encodeApprovalEvent(event: ApprovalEvent): string {
  const type = event.type === "approval-requested" ? "approval.requested" : "approval.resolved";
  return `event: ${type}\ndata: ${JSON.stringify({ type, approval: formatApproval(event) })}\n\n`;
}
