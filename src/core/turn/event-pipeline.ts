import { failedTurn } from "./turn-failure.ts";
import { BatchStream, toBatches } from "../../lib/batch-stream.ts";
import { type Made, passAll } from "../../lib/stage.ts";
import { schedule } from "../../lib/time.ts";
import {
  type EngineEvent,
  type EngineOutput,
  type EventStage,
  isTerminalEvent,
  type TerminalEvent,
  type TurnEvent,
} from "../words/turn-event.ts";
import type { RunningActivities } from "./running-activities.ts";
import type { TurnDeadlines } from "./turn-deadlines.ts";
import { NO_USE, type TurnUse } from "../words/usage.ts";

export interface EventPipelineParts {
  /** Starts the turn on the engine. */
  readonly run: () => AsyncIterable<EngineOutput>;
  /** Prepares another `run` after a failure, possible only before any event. False when the failure ends the turn. */
  readonly mayRunAgain?: (thrown: unknown) => Promise<boolean>;
  /** Events from before Claude's first output; they come after the lists of tools. */
  readonly before?: readonly EngineEvent[];
  /** Turns what the engine says into what was requested. */
  readonly shape: EventStage;
  /** Adds what core has to report. The terminal event that core itself makes of a failure passes through it too. */
  readonly tell: EventStage;
  readonly deadlines: TurnDeadlines;
  readonly activities: RunningActivities;
  /** Makes the engine's events end: they are awaited even when the reader has left. */
  readonly abandon: () => void;
  /** Called with each event before the reader gets it. */
  readonly note: (event: EngineEvent) => void;
  /** Called when the engine is done with the turn: records it before the reader hears of the end. */
  readonly finish: (end: TerminalEvent) => Promise<void>;
  /** Called when the reader has left before the end, so nobody gets the rest; with what the turn has used until then. */
  readonly leave: (used: TurnUse) => Promise<void>;
  readonly onFailure: (thrown: unknown) => void;
}

/**
 * Drives one turn: passes the engine's output through the stages and handles what concerns the turn as a whole: its deadlines,
 * progress reports on long activities, its record, and that exactly one terminal event ends it, whatever happens. A failure
 * becomes a `turn-error`, anything after the first terminal event is dropped, and a missing one is added.
 *
 * The engine is asked when the reader asks. What it delivers together is passed on together, except that the terminal event
 * comes alone: everything before it goes out before the turn is recorded, and the record is complete before the end goes out.
 */
export class EventPipeline extends BatchStream<TurnEvent> {
  readonly #parts: EventPipelineParts;
  #engine: BatchStream<EngineOutput> | undefined;
  /** The batch that the engine has been asked for and has not delivered yet. */
  #asked: Promise<readonly EngineOutput[] | undefined> | undefined;
  /** Outputs that the engine has delivered and that have not passed the stages yet. */
  #unread: readonly EngineOutput[] = [];
  /** The output of a stage that has to wait for something. */
  #made: Promise<readonly EngineEvent[]> | undefined;
  /** The terminal event, once it is known. It goes out after everything else. */
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
    // The reader left after a progress report, and the engine may stay silent for a long time.
    if (this.#asked) this.#parts.abandon();
  }

  protected async close(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    const end = this.#end ?? (await this.#readToEnd());
    await this.#closeEngine();
    await this.#parts.leave(end ?? NO_USE);
  }

  /** What has begun costs something, and only its end tells how much. Undefined when it did not begin, or breaks. */
  async #readToEnd(): Promise<TerminalEvent | undefined> {
    if (!this.#engine) return undefined;
    this.#parts.abandon();
    try {
      let given: readonly EngineOutput[] | undefined = this.#unread;
      while (given) {
        const end = given.find((output): output is TerminalEvent => isTerminalEvent(output));
        if (end) return end;
        given = await (this.#asked ?? this.#engine.nextBatch());
        this.#asked = undefined;
      }
    } catch (thrown) {
      this.#parts.onFailure(thrown);
    }
    return undefined;
  }

  #ask(): Promise<readonly EngineOutput[] | undefined> {
    this.#engine ??= toBatches(this.#parts.run());
    this.#parts.deadlines.beginWait();
    return this.#engine.nextBatch();
  }

  /** Passes what the engine has delivered through the stages, as far as that takes no waiting. */
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

  /** Notes the events and returns those to pass on now; the terminal event is held back until all before it are out. */
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
    // The next turn may take the session as soon as it is given back, so the engine must be done with this one.
    await this.#closeEngine();
    try {
      await this.#parts.finish(end);
      return [end];
    } catch (thrown) {
      this.#parts.onFailure(thrown);
      return [failedTurn(thrown)];
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
    const end = failedTurn(failure);
    // If a stage fails at the end as well, it is not asked again.
    if (this.#hasFailed) this.#end = end;
    else this.#made = Promise.resolve(attempt(() => tell.of(end)));
    this.#hasFailed = true;
  }

  async #closeEngine(): Promise<void> {
    this.#parts.deadlines.stop();
    try {
      await this.#engine?.return();
    } catch (thrown) {
      // Only the engine's own clean-up has failed.
      this.#parts.onFailure(thrown);
    }
  }
}

/** Turns a throw into a rejected promise, so that what was made before goes out first. */
function attempt(make: () => Made<EngineEvent>): Made<EngineEvent> {
  try {
    return make();
  } catch (thrown) {
    const failed = Promise.reject<readonly EngineEvent[]>(thrown);
    failed.catch(() => {});
    return failed;
  }
}

/** Whether the promise settles within this time. Leaves no timer behind. */
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
