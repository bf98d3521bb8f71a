import type { Clock } from "../../core/ports/clock.ts";
import type { TurnRunner } from "../../core/ports/turn-runner.ts";
import { AppError } from "../../core/words/app-error.ts";
import type { TurnId } from "../../core/words/ids.ts";
import type { TurnEvent } from "../../core/words/turn-event.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import type { FollowedEvent, TurnRun } from "../../core/words/turn-run.ts";
import type { TurnUse } from "../../core/words/usage.ts";
import type { Stage } from "../../lib/stage.ts";
import { through } from "../../lib/staged-stream.ts";
import { LiveRun } from "./live-run.ts";

/** How many turns that are over are still listed. */
const MAX_RECENT = 200;

/** A turn, and its events if it is still under way. */
export interface FollowedRun {
  readonly run: TurnRun;
  readonly events: AsyncIterable<FollowedEvent>;
}

/** Called with a turn that has been asked for, has begun or is over, as it is then. */
export type HearRun = (change: "queued" | "started" | "ended", run: TurnRun) => void;

export interface TurnRunsOptions {
  readonly hear?: HearRun;
  /** What a turn has used, also when its reader has left. */
  readonly findUse?: (turnId: TurnId) => TurnUse | undefined;
}

/** The turns of this server, under way and recent, for its operator: to list, to follow, to cancel. */
export class TurnRuns {
  readonly #clock: Clock;
  readonly #live = new Map<string, LiveRun>();
  /** The latest is last. */
  readonly #recent = new Map<string, TurnRun>();

  readonly #hear: HearRun;
  readonly #findUse: (turnId: TurnId) => TurnUse | undefined;

  constructor(clock: Clock, { hear = () => {}, findUse = () => undefined }: TurnRunsOptions = {}) {
    this.#clock = clock;
    this.#hear = hear;
    this.#findUse = findUse;
  }

  /** Wraps `run` to know of its turns. They wait for nobody who follows them. */
  listen(run: TurnRunner): TurnRunner {
    return (request, signal) => {
      const live = new LiveRun(request, this.#clock());
      this.#live.set(request.turnId, live);
      this.#hear("queued", live.describe());
      const wanted = AbortSignal.any([signal, live.signal]);
      return through(run(request, wanted), this.#watch(live, request));
    };
  }

  /** Adds one that is over and has not run here. */
  add(run: TurnRun): void {
    this.#keep(run);
  }

  /** Those under way, in the order of their arrival, then those that are over, the latest first. */
  list(): readonly TurnRun[] {
    const live = Array.from(this.#live.values(), (run) => run.describe());
    return [...live, ...[...this.#recent.values()].toReversed()];
  }

  /** @throws AppError `not-found` */
  find(turnId: string): TurnRun {
    const run = this.#live.get(turnId)?.describe() ?? this.#recent.get(turnId);
    if (run) return run;
    throw new AppError({
      kind: "not-found",
      message: "There is no turn with this id among those under way and the latest.",
    });
  }

  /**
   * A turn with its latest events and all that follow; without any when it is over. A reader that is too slow loses events.
   * @throws AppError `not-found`
   */
  follow(turnId: string, signal: AbortSignal): FollowedRun {
    const live = this.#live.get(turnId);
    return { run: this.find(turnId), events: live ? live.follow(signal) : NOTHING };
  }

  /**
   * Ends a turn, waiting or running: its client gets an error.
   * @throws AppError `not-found`; `conflict` when it is over
   */
  cancel(turnId: string): TurnRun {
    const live = this.#live.get(turnId);
    if (!live) {
      const { state } = this.find(turnId);
      throw new AppError({ kind: "conflict", message: `This turn is over: ${state}.` });
    }
    live.cancel(
      new AppError({ kind: "cancelled", message: "The turn was cancelled by the operator of the server." }),
    );
    return live.describe();
  }

  #watch(live: LiveRun, { turnId }: TurnRequest): Stage<TurnEvent, TurnEvent> {
    return {
      of: (event) => {
        live.see(event, this.#clock());
        if (event.type === "turn-start") this.#hear("started", live.describe());
        return [event];
      },
      close: () => {
        live.end(this.#clock(), this.#findUse(turnId));
        if (this.#live.get(turnId) === live) this.#hear("ended", live.describe());
        if (this.#live.get(turnId) === live) this.#live.delete(turnId);
        this.#keep(live.describe());
      },
    };
  }

  #keep(run: TurnRun): void {
    this.#recent.delete(run.turnId);
    this.#recent.set(run.turnId, run);
    if (this.#recent.size <= MAX_RECENT) return;
    const [oldest = ""] = this.#recent.keys();
    this.#recent.delete(oldest);
  }
}

const NOTHING: AsyncIterable<FollowedEvent> = {
  async *[Symbol.asyncIterator]() {},
};
