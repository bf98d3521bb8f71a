import type { ApprovalEvent, Approvals } from "../core/ports/approvals.ts";

/** Those that wait, then each change. Watches from the call on, so that nothing is missed between the two. */
export function followApprovals(approvals: Approvals, signal: AbortSignal): AsyncIterable<ApprovalEvent> {
  const coming = approvals.watch(signal);
  const waiting = approvals.list().map((approval) => ({ type: "approval-requested", approval }) as const);
  return oneAfterTheOther(waiting, coming);
}

async function* oneAfterTheOther(
  waiting: readonly ApprovalEvent[],
  coming: AsyncIterable<ApprovalEvent>,
): AsyncGenerator<ApprovalEvent, void, undefined> {
  yield* waiting;
  yield* coming;
}
