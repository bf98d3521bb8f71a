import { schedule } from "../../lib/time.ts";
import type { Clock } from "../ports/clock.ts";
import type { ActivityProgress, EngineEvent } from "../words/turn-event.ts";

export interface ActivityProgressOptions {
  /** An activity is first told of after that long; each later time after twice as long as the time before. */
  readonly intervalMs: number;
  readonly clock: Clock;
  /** The reader has left in the middle of a wait: makes the events end, which would otherwise be waited for. */
  readonly abandon: () => void;
}

/** An hour's turn that is stored has to stay small, and who waits that long does not look every minute. */
const MAX_INTERVAL_MS = 5 * 60_000;

/**
 * Tells how long what Claude Code runs has been running, while it says nothing else about it. The time in which a call waits for
 * a person does not count: it does not run.
 */
export async function* withActivityProgress(
  events: AsyncIterable<EngineEvent>,
  options: ActivityProgressOptions,
): AsyncGenerator<EngineEvent, void, undefined> {
  const running = new RunningActivities(options);
  const iterator = events[Symbol.asyncIterator]();
  let isWaiting = false;
  try {
    for (let next = iterator.next(); ;) {
      if ((await firstOf(next, running.waitMs)) === "time") {
        isWaiting = true;
        yield* running.due();
        isWaiting = false;
        continue;
      }
      const { value: event, done } = await next;
      if (done) return;
      running.see(event);
      yield event;
      next = iterator.next();
    }
  } finally {
    if (isWaiting) options.abandon();
    await iterator.return?.();
  }
}

/** What comes first: the event, or the end of that time. Leaves no timer behind. */
async function firstOf(next: Promise<unknown>, waitMs: number | undefined): Promise<"event" | "time"> {
  if (waitMs === undefined) return "event";
  const { promise, resolve } = Promise.withResolvers<"event" | "time">();
  const timer = schedule(waitMs, () => resolve("time"));
  const settled = () => resolve("event");
  next.then(settled, settled);
  try {
    return await promise;
  } finally {
    timer.cancel();
  }
}

interface Running {
  readonly name: string;
  startedAt: number;
  intervalMs: number;
  dueAt: number;
}

/** The activities of one turn that go on. */
class RunningActivities {
  readonly #options: ActivityProgressOptions;
  readonly #running = new Map<string, Running>();
  /** Those that wait for a person, by approval. */
  readonly #waiting = new Map<string, { readonly activityId: string; readonly name: string }>();

  constructor(options: ActivityProgressOptions) {
    this.#options = options;
  }

  /** Until there is something to tell; undefined when nothing runs. */
  get waitMs(): number | undefined {
    if (this.#running.size === 0) return undefined;
    const dueAt = Math.min(...Array.from(this.#running.values(), (each) => each.dueAt));
    // A timer may be a millisecond early by the clock.
    return Math.max(1, dueAt - this.#options.clock());
  }

  see(event: EngineEvent): void {
    switch (event.type) {
      case "activity-start":
        this.#begin(event.activityId, event.name);
        return;
      case "activity-end":
        this.#running.delete(event.activityId);
        return;
      case "permission-request": {
        const { activityId, approvalId } = event;
        const name = this.#running.get(activityId)?.name;
        if (name === undefined) return;
        this.#running.delete(activityId);
        this.#waiting.set(approvalId, { activityId, name });
        return;
      }
      case "permission-resolved": {
        const waiting = this.#waiting.get(event.approvalId);
        this.#waiting.delete(event.approvalId);
        const isAllowed = event.outcome === "allowed" || event.outcome === "always-allowed";
        if (waiting && isAllowed) this.#begin(waiting.activityId, waiting.name);
        return;
      }
      default:
    }
  }

  *due(): Generator<ActivityProgress> {
    const now = this.#options.clock();
    for (const [activityId, each] of this.#running) {
      if (each.dueAt > now) continue;
      each.intervalMs = Math.min(2 * each.intervalMs, MAX_INTERVAL_MS);
      each.dueAt = now + each.intervalMs;
      yield { type: "activity-progress", activityId, name: each.name, elapsedMs: now - each.startedAt };
    }
  }

  #begin(activityId: string, name: string): void {
    const now = this.#options.clock();
    const { intervalMs } = this.#options;
    this.#running.set(activityId, { name, startedAt: now, intervalMs, dueAt: now + intervalMs });
  }
}
