import type { Clock } from "../ports/clock.ts";
import type { ActivityProgress, EngineEvent } from "../words/turn-event.ts";

export interface ActivityProgressOptions {
  /** An activity is first told of after that long; each later time after twice as long as the time before. */
  readonly intervalMs: number;
  readonly clock: Clock;
}

/** An hour's turn that is stored has to stay small, and who waits that long does not look every minute. */
const MAX_INTERVAL_MS = 5 * 60_000;

interface Running {
  readonly name: string;
  startedAt: number;
  intervalMs: number;
  dueAt: number;
}

/**
 * The activities of one turn that go on, and when it is to be told how long they have. The time in which a call waits for a
 * person does not count: it does not run.
 */
export class RunningActivities {
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

  /** What is to be told of them by now. */
  due(): readonly ActivityProgress[] {
    const now = this.#options.clock();
    const told: ActivityProgress[] = [];
    for (const [activityId, each] of this.#running) {
      if (each.dueAt > now) continue;
      each.intervalMs = Math.min(2 * each.intervalMs, MAX_INTERVAL_MS);
      each.dueAt = now + each.intervalMs;
      const elapsedMs = now - each.startedAt;
      told.push({ type: "activity-progress", activityId, name: each.name, elapsedMs });
    }
    return told;
  }

  #begin(activityId: string, name: string): void {
    const now = this.#options.clock();
    const { intervalMs } = this.#options;
    this.#running.set(activityId, { name, startedAt: now, intervalMs, dueAt: now + intervalMs });
  }
}
