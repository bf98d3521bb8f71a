import { schedule } from "../../lib/time.ts";
import { AppError } from "../words/app-error.ts";
import type { EngineEvent, EngineOutput } from "../words/turn-event.ts";

export interface Deadlines {
  /** From the request to the model until the first sign of its answer, be it a ping; again after each tool call. */
  readonly firstByteMs: number;
  /** Between two signs of a running answer. Pings are told ten seconds late at most, so shorter limits count them as silence. */
  readonly streamIdleMs: number;
  /** The whole turn. */
  readonly turnMs: number;
}

/**
 * Watches a turn's events and calls `expire` when one is overdue; the events then end as the engine ends them. The time in
 * which nobody reads does not count, nor does the time in which Claude Code's own tools run, but for the whole turn.
 */
export async function* withDeadlines(
  events: AsyncIterable<EngineOutput>,
  deadlines: Deadlines,
  expire: (error: AppError) => void,
): AsyncGenerator<EngineEvent> {
  const turnTimer = schedule(deadlines.turnMs, () => expire(timeout("The turn", deadlines.turnMs)));
  const openActivities = new Set<string>();
  let isFirst = true;
  const iterator = events[Symbol.asyncIterator]();
  try {
    for (;;) {
      const limitMs = isFirst ? deadlines.firstByteMs : deadlines.streamIdleMs;
      const timer =
        openActivities.size > 0 ? undefined : schedule(limitMs, () => expire(silence(isFirst, limitMs)));
      const { value: event, done } = await iterator.next().finally(() => timer?.cancel());
      if (done) return;
      if (event.type === "activity-start") openActivities.add(event.activityId);
      if (event.type === "activity-end") openActivities.delete(event.activityId);
      isFirst = event.type === "activity-end" || (isFirst && event.type === "notice");
      if (event.type !== "progress") yield event;
    }
  } finally {
    turnTimer.cancel();
    await iterator.return?.();
  }
}

function silence(isFirst: boolean, limitMs: number): AppError {
  return isFirst
    ? timeout("The model's first answer", limitMs)
    : timeout("The next part of the answer", limitMs);
}

function timeout(what: string, limitMs: number): AppError {
  return new AppError({
    kind: "timeout",
    message: `${what} took longer than the ${limitMs / 1000} seconds that this server allows.`,
  });
}
