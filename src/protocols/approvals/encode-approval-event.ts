import type { ApprovalEvent } from "../../core/ports/approvals.ts";
import { formatApproval } from "./format-approval.ts";

/** One event of the live feed as a server-sent event. `format`: how an approval is told. */
export function encodeApprovalEvent(
  event: ApprovalEvent,
  format: (event: ApprovalEvent) => object = formatApproval,
): string {
  const type = event.type === "approval-requested" ? "approval.requested" : "approval.resolved";
  return `event: ${type}\ndata: ${JSON.stringify({ type, approval: format(event) })}\n\n`;
}
