import { schedule } from "../../lib/time.ts";
import { AppError } from "../words/app-error.ts";
import type { EngineOutput } from "../words/turn-event.ts";

export interface Deadlines {
  /** From the request to the model until the first sign of its answer, even a ping; counted anew after each tool call. */
  readonly firstByteMs: number;
  /** Between two signs of a running answer. Pings are reported up to ten seconds late; shorter limits take them for silence. */
  readonly streamIdleMs: number;
  /** The whole turn. */
  readonly turnMs: number;
}

/**
 * Calls `expire` when a turn is overdue; the engine then ends the turn's events. Time in which nobody reads or in which Claude
 * Code's own tools run counts only towards the limit of the whole turn.
 */
export class TurnDeadlines {
  readonly #deadlines: Deadlines;
  readonly #expire: (error: AppError) => void;
  readonly #openActivities = new Set<string>();
  readonly #turnTimer: { cancel(): void };
  #isFirst = true;
  /** When the current wait becomes too long; undefined while nobody is waiting. */
  #dueAt: number | undefined;
  /** One timer for many waits: instead of being reset for each, it checks when it fires whether it is too early. */
  #timer: { cancel(): void } | undefined;
  #timerAt = 0;

  constructor(deadlines: Deadlines, expire: (error: AppError) => void) {
    this.#deadlines = deadlines;
    this.#expire = expire;
    const { turnMs } = deadlines;
    this.#turnTimer = schedule(turnMs, () => expire(timeout("The turn", turnMs)));
  }

  /** Call when the wait for the engine begins. */
  beginWait(): void {
    if (this.#openActivities.size > 0) return;
    const now = performance.now();
    this.#dueAt = now + this.#limitMs;
    if (!this.#timer || this.#timerAt > this.#dueAt) this.#setTimer(now, this.#dueAt);
  }

  endWait(): void {
    this.#dueAt = undefined;
  }

  see(event: EngineOutput): void {
    if (event.type === "activity-start") this.#openActivities.add(event.activityId);
    if (event.type === "activity-end") this.#openActivities.delete(event.activityId);
    this.#isFirst = event.type === "activity-end" || (this.#isFirst && NO_SIGNS.has(event.type));
  }

  stop(): void {
    this.#dueAt = undefined;
    this.#turnTimer.cancel();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  get #limitMs(): number {
    return this.#isFirst ? this.#deadlines.firstByteMs : this.#deadlines.streamIdleMs;
  }

  #setTimer(now: number, at: number): void {
    this.#timer?.cancel();
    this.#timerAt = at;
    this.#timer = schedule(Math.max(1, at - now), () => this.#look());
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#dueAt === undefined) return;
    const now = performance.now();
    // A timer may fire a little early by the clock.
    if (now + 1 < this.#dueAt) {
      this.#setTimer(now, this.#dueAt);
      return;
    }
    this.#dueAt = undefined;
    const what = this.#isFirst ? "The model's first answer" : "The next part of the answer";
    this.#expire(timeout(what, this.#limitMs));
  }
}

/** Events that may come between a tool's end and the model's next word. */
const NO_SIGNS: ReadonlySet<EngineOutput["type"]> = new Set(["notice", "file-change"]);

function timeout(what: string, limitMs: number): AppError {
  return new AppError({
    kind: "timeout",
    message: `${what} took longer than the ${limitMs / 1000} seconds that this server allows.`,
  });
}
