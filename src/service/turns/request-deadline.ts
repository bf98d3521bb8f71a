import { AppError } from "../../core/words/app-error.ts";
import { LONGEST_TIMER_MS, schedule } from "../../lib/time.ts";

export interface RequestDeadline {
  /** Aborts when the time is up, with AppError `timeout`, or when the given signal does. */
  readonly signal: AbortSignal;
  /** Called when the turn is over. */
  cancel(): void;
}

/**
 * The deadline that a request sets for its turn, if it sets one. It covers waiting, starting and running; the server's own
 * deadlines apply as well.
 */
export function requestDeadline(timeoutMs: number | undefined, signal: AbortSignal): RequestDeadline {
  if (timeoutMs === undefined) return { signal, cancel: () => {} };
  const deadline = new AbortController();
  const timer = schedule(Math.min(timeoutMs, LONGEST_TIMER_MS), () => deadline.abort(overdue(timeoutMs)));
  return { signal: AbortSignal.any([signal, deadline.signal]), cancel: () => timer.cancel() };
}

function overdue(timeoutMs: number): AppError {
  return new AppError({
    kind: "timeout",
    message: `The turn took longer than the ${timeoutMs / 1000} seconds that the request allows.`,
  });
}
