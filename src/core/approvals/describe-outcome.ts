import { assertNever } from "../../lib/assert-never.ts";
import type { PermissionOutcome } from "../words/turn-event.ts";

/** What happened to a waiting call, as the end of a sentence. */
export function describeOutcome(outcome: PermissionOutcome): string {
  switch (outcome) {
    case "allowed":
      return "it was allowed";
    case "always-allowed":
      return "it was allowed, and so is the like of it in this conversation";
    case "denied":
      return "it was denied";
    case "timed-out":
      return "nobody answered in time, so it was denied";
    case "cancelled":
      return "it was cancelled, for nobody waits for the answer any more";
    default:
      return assertNever(outcome);
  }
}
