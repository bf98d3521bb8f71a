import { BatchStream, toBatches } from "../../lib/batch-stream.ts";
import { type Made, passAll } from "../../lib/stage.ts";
import { schedule } from "../../lib/time.ts";
import { toAppError } from "../words/app-error.ts";
import {
  type EngineEvent,
  type EngineOutput,
  type EventStage,
  isTerminalEvent,
  type TerminalEvent,
  type TurnEvent,
} from "../words/turn-event.ts";
import { NO_USAGE } from "../words/usage.ts";
import type { RunningActivities } from "./running-activities.ts";
import type { TurnDeadlines } from "./turn-deadlines.ts";

export interface EventPipelineParts {
  /** Lets the engine run the turn. */
  readonly run: () => AsyncIterable<EngineOutput>;
  /** Makes `run` possible once more after this failure, before any event; false when that is the turn's end. */
  readonly mayRunAgain?: (thrown: unknown) => Promise<boolean>;
  /** What happened before Claude says anything: comes behind the lists of tools. */
  readonly before?: readonly EngineEvent[];
  /** Makes of what the engine says what was asked for. */
  readonly shape: EventStage;
  /** Adds what core has to say. What core says by itself of a failure passes it too. */
  readonly tell: EventStage;
  readonly deadlines: TurnDeadlines;
  readonly activities: RunningActivities;
  /** Makes the engine's events end, which are waited for though the reader has left. */
  readonly abandon: () => void;
  /** Hears of each event before the reader does. */
  readonly note: (event: EngineEvent) => void;
  /** The engine is through with the turn: puts it on record, before the reader hears of the end. */
  readonly finish: (end: TerminalEvent) => Promise<void>;
  /** The reader has left before the end; what is left to say is for nobody. */
  readonly leave: () => Promise<void>;
  readonly onFailure: (thrown: unknown) => void;
}

/**
 * Drives one turn: takes what the engine says through the stages, and owns what is about the turn as a whole. That is its
 * deadlines, the progress of what runs for long, its record, and that exactly one terminal event ends it, whatever happens: a
 * failure becomes a `turn-error`, what comes after the first terminal event is dropped, and a missing one is put in.
 *
 * The engine is asked when the reader asks. All that it gives at once goes on at once, except that the terminal event comes
 * alone: what was said before it goes out before the turn is put on record, and the record is complete before the end is told.
 */
export class EventPipeline extends BatchStream<TurnEvent> {
  readonly #parts: EventPipelineParts;
  #engine: BatchStream<EngineOutput> | undefined;
  /** What the engine was asked for and has not given yet. */
  #asked: Promise<readonly EngineOutput[] | undefined> | undefined;
  /** What it has given that has not passed the stages yet. */
  #unread: readonly EngineOutput[] = [];
  /** What a stage makes when it has waited. */
  #made: Promise<readonly EngineEvent[]> | undefined;
  /** Known, and not told yet. */
  #end: TerminalEvent | undefined;
  #before: readonly EngineEvent[];
  #hasFailed = false;
  #isOver = false;

  constructor(parts: EventPipelineParts) {
    super();
    this.#parts = parts;
    this.#before = parts.before ?? [];
  }

  protected async pull(): Promise<readonly EngineEvent[] | undefined> {
    const { deadlines, activities } = this.#parts;
    for (;;) {
      try {
        const ready = this.#passReady();
        if (ready.length > 0) return ready;
        if (this.#isOver) return undefined;
        if (this.#end) return await this.#tellEnd(this.#end);
        if (this.#made) {
          const made = await this.#made;
          this.#made = undefined;
          const heard = this.#hear(made);
          if (heard.length > 0) return heard;
          continue;
        }
        this.#asked ??= this.#ask();
        const { waitMs } = activities;
        if (waitMs !== undefined && !(await settlesWithin(this.#asked, waitMs)))
          return this.#hear(activities.due());
        const given = await this.#asked;
        this.#asked = undefined;
        deadlines.endWait();
        if (!given) throw new Error("The engine's events ended without a terminal event.");
        this.#unread = given;
      } catch (thrown) {
        this.#asked = undefined;
        this.#made = undefined;
        deadlines.endWait();
        await this.#fail(thrown);
      }
    }
  }

  protected override leaving(): void {
    // The reader was told of progress, and the engine may be silent for long.
    if (this.#asked) this.#parts.abandon();
  }

  protected async close(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#closeEngine();
    await this.#parts.leave();
  }

  #ask(): Promise<readonly EngineOutput[] | undefined> {
    this.#engine ??= toBatches(this.#parts.run());
    this.#parts.deadlines.beginWait();
    return this.#engine.nextBatch();
  }

  /** What has come, through the stages, as far as it goes without waiting. */
  #passReady(): readonly EngineEvent[] {
    const { deadlines, shape, tell } = this.#parts;
    const out: EngineEvent[] = [];
    let at = 0;
    while (at < this.#unread.length && !this.#end && !this.#made) {
      const output = this.#unread[at];
      if (!output) break;
      if (this.#before.length > 0 && output.type !== "mcp-tools" && output.type !== "progress") {
        this.#unread = [...this.#before, ...this.#unread.slice(at)];
        this.#before = [];
        at = 0;
        continue;
      }
      at += 1;
      deadlines.see(output);
      if (output.type === "progress") continue;
      const made = attempt(() => passAll(tell, shape.of(output)));
      if (made instanceof Promise) this.#made = made;
      else out.push(...this.#hear(made));
    }
    this.#unread = this.#end ? [] : this.#unread.slice(at);
    return out;
  }

  /** What of these the reader is to hear; the terminal event is kept until all before it is out. */
  #hear(events: readonly EngineEvent[]): readonly EngineEvent[] {
    const { activities, note } = this.#parts;
    for (const [index, event] of events.entries()) {
      if (isTerminalEvent(event)) {
        this.#end = event;
        return events.slice(0, index);
      }
      activities.see(event);
      note(event);
    }
    return events;
  }

  async #tellEnd(end: TerminalEvent): Promise<readonly EngineEvent[]> {
    this.#isOver = true;
    this.#parts.note(end);
    // The next turn may take the session as soon as it is given back, so the engine must be through with this one.
    await this.#closeEngine();
    try {
      await this.#parts.finish(end);
      return [end];
    } catch (thrown) {
      this.#parts.onFailure(thrown);
      return [failedBy(thrown)];
    }
  }

  async #fail(thrown: unknown): Promise<void> {
    const { mayRunAgain, onFailure, tell } = this.#parts;
    let failure = thrown;
    if (mayRunAgain && !this.#hasFailed) {
      try {
        if (await mayRunAgain(thrown)) {
          this.#engine = undefined;
          return;
        }
      } catch (error) {
        failure = error;
      }
    }
    onFailure(failure);
    this.#unread = [];
    const end = failedBy(failure);
    // A stage that fails also at the end is not asked again.
    if (this.#hasFailed) this.#end = end;
    else this.#made = Promise.resolve(attempt(() => tell.of(end)));
    this.#hasFailed = true;
  }

  async #closeEngine(): Promise<void> {
    this.#parts.deadlines.stop();
    try {
      await this.#engine?.return();
    } catch (thrown) {
      // Nothing but the engine's own cleaning up has failed.
      this.#parts.onFailure(thrown);
    }
  }
}

/** A throw fails when its turn has come: what was made before it goes out first. */
function attempt(make: () => Made<EngineEvent>): Made<EngineEvent> {
  try {
    return make();
  } catch (thrown) {
    const failed = Promise.reject<readonly EngineEvent[]>(thrown);
    failed.catch(() => {});
    return failed;
  }
}

function failedBy(thrown: unknown): TerminalEvent {
  return { type: "turn-error", error: toAppError(thrown).info, usage: NO_USAGE, costUsd: 0 };
}

/** Leaves no timer behind. */
async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise: first, resolve } = Promise.withResolvers<boolean>();
  const timer = schedule(ms, () => resolve(false));
  const settled = () => resolve(true);
  promise.then(settled, settled);
  try {
    return await first;
  } finally {
    timer.cancel();
  }
}
