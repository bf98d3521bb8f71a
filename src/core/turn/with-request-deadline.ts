import { schedule } from "../../lib/time.ts";
import { AppError } from "../words/app-error.ts";
import type { TurnRunner } from "../ports/turn-runner.ts";

/** The longest time that a timer can take. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Holds each turn to the deadline that its request sets, if it sets one: waiting, starting and running. The turn is aborted
 * with AppError `timeout`. The server's own deadlines count beside it.
 */
export function withRequestDeadline(runTurn: TurnRunner): TurnRunner {
  return async function* runInTime(request, signal) {
    const { timeoutMs } = request;
    if (timeoutMs === undefined) {
      yield* runTurn(request, signal);
      return;
    }
    const deadline = new AbortController();
    const timer = schedule(Math.min(timeoutMs, MAX_TIMER_MS), () => deadline.abort(overdue(timeoutMs)));
    try {
      yield* runTurn(request, AbortSignal.any([signal, deadline.signal]));
    } finally {
      timer.cancel();
    }
  };
}

function overdue(timeoutMs: number): AppError {
  return new AppError({
    kind: "timeout",
    message: `The turn took longer than the ${timeoutMs / 1000} seconds that the request allows.`,
  });
}
