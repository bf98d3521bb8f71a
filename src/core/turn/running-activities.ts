import type { Clock } from "../ports/clock.ts";
import type { ActivityProgress, EngineEvent } from "../words/turn-event.ts";

export interface ActivityProgressOptions {
  /** The time until the first report on an activity; each later report comes after twice the interval before it. */
  readonly intervalMs: number;
  readonly clock: Clock;
}

/** Keeps the stored events of an hour-long turn few; someone who waits that long does not look every minute. */
const MAX_INTERVAL_MS = 5 * 60_000;

interface Running {
  readonly name: string;
  startedAt: number;
  intervalMs: number;
  dueAt: number;
}

/**
 * A turn's running activities, and when to report how long they have been running. The time that a call waits for a person does
 * not count, because the call is not running.
 */
export class RunningActivities {
  readonly #options: ActivityProgressOptions;
  readonly #running = new Map<string, Running>();
  /** Activities that wait for a person, by the id of their approval. */
  readonly #waiting = new Map<string, { readonly activityId: string; readonly name: string }>();

  constructor(options: ActivityProgressOptions) {
    this.#options = options;
  }

  /** The time until the next report is due; undefined when nothing is running. */
  get waitMs(): number | undefined {
    if (this.#running.size === 0) return undefined;
    const dueAt = Math.min(...Array.from(this.#running.values(), (each) => each.dueAt));
    // A timer may fire a millisecond early by the clock.
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

  /** The reports that are due by now. */
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
