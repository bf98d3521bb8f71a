import { assertNever } from "../lib/assert-never.ts";
import type { PermissionOutcome } from "../core/words/turn-event.ts";

export type ApprovalStatus = "waiting" | "allowed" | "always_allowed" | "denied" | "timed_out" | "cancelled";

/** The state of an approval as every protocol spells it. */
export function approvalStatus(outcome: PermissionOutcome | undefined): ApprovalStatus {
  switch (outcome) {
    case undefined:
      return "waiting";
    case "always-allowed":
      return "always_allowed";
    case "timed-out":
      return "timed_out";
    case "allowed":
    case "denied":
    case "cancelled":
      return outcome;
    default:
      return assertNever(outcome);
  }
}
