import { WorkersUnavailable } from "../core/ports/engine.ts";
import type { EngineSession, EngineSpare, EngineStandby, SessionSpec } from "../core/ports/engine-session.ts";
import type { Engines } from "../core/ports/engines.ts";
import type { NewSession } from "../core/ports/session-pool.ts";
import type { Logger } from "../core/ports/logger.ts";
import { type ProcessKind, processKindKey } from "../core/turn/process-kind.ts";
import type { Semaphore } from "../lib/semaphore.ts";
import { schedule } from "../lib/time.ts";

/** A new conversation's first turn should not compete with the start of the next spare for the CPU. */
const QUIET_CHECK_MS = 25;
/** Turns may take minutes; the next new conversation should not have to wait for them. */
const MAX_REFILL_CHECKS = 40;
/** For so many ways to open a session, those asked for last, one process waits for a history. */
const MAX_STANDBYS = 2;
/** Delay after a spare failed to start or died at once. */
const RETRY_DELAY_MS = 10_000;

export interface SpareShelfParts {
  readonly engines: Engines;
  /** Spares kept ready for each kind of profile, as it is now. */
  readonly limits: { readonly sparesPerKind: number };
  readonly spawns: Semaphore;
  /** Whether no turn is running, nor was a moment ago. */
  readonly isQuiet: () => boolean;
  readonly logger: Logger;
}

/** A spare, a worker that has served nobody, or a process that waits for a history. */
type Ready = EngineSpare | EngineSession | EngineStandby;

/** Started processes that are alike and wait for a conversation. */
interface Row {
  readonly key: string;
  readonly kind: ProcessKind;
  /** No more of them are kept ready, however many spares there may be. */
  readonly most: number;
  readonly start: (signal: AbortSignal) => Promise<Ready>;
  /** Of standbys: when one was last asked for; milliseconds since the epoch. */
  askedForAt?: number;
  readonly ready: Ready[];
  starting: number;
  refill: { cancel(): void } | undefined;
}

/** Keeps spares ready, so that a new conversation does not wait for a process to start. */
export class SpareShelf {
  readonly #parts: SpareShelfParts;
  readonly #rows = new Map<string, Row>();
  readonly #closed = new AbortController();

  constructor(parts: SpareShelfParts) {
    this.#parts = parts;
  }

  get stats(): { ready: number; starting: number; limit: number } {
    const rows = [...this.#rows.values()];
    return {
      ready: rows.reduce((sum, row) => sum + row.ready.length, 0),
      starting: rows.reduce((sum, row) => sum + row.starting, 0),
      limit: rows.reduce((sum, row) => sum + this.#limitOf(row), 0),
    };
  }

  get processIds(): readonly number[] {
    const spares = [...this.#rows.values()].flatMap((row) => row.ready);
    return spares.flatMap((spare) => spare.processId ?? []);
  }

  /** Keeps spares of this kind from now on, or workers, if its engine supports them. */
  stock(kind: ProcessKind): void {
    const engine = this.#parts.engines.of(kind);
    const isForWorkers = engine.hasWorkers?.(kind) === true;
    const start: Row["start"] | undefined = isForWorkers
      ? engine.startWorker?.bind(engine, kind)
      : engine.startSpare?.bind(engine, kind);
    const key = isForWorkers ? workersKey(kind) : processKindKey(kind);
    if (this.#rows.has(key) || !start) return;
    this.#fill(this.#add({ key, kind, most: Number.POSITIVE_INFINITY, start }));
  }

  /** Conversations that are opened this way are likely to be resumed: from now on a process waits for their history. */
  expectResumed(spec: SessionSpec, now: number): void {
    const key = standbyKey(spec);
    const known = this.#rows.get(key);
    if (known) {
      known.askedForAt = now;
      return;
    }
    const engine = this.#parts.engines.of(spec.kind);
    const start = engine.startStandby?.bind(engine, spec);
    if (!start || this.#parts.limits.sparesPerKind === 0 || this.#closed.signal.aborted) return;
    const [oldest, ...others] = this.#standbys();
    if (oldest && others.length + 1 >= MAX_STANDBYS) this.#drop(oldest);
    const row = this.#add({ key, kind: spec.kind, most: 1, start, askedForAt: now });
    this.#refillWhenQuiet(row);
  }

  /** Ends the processes that wait for histories and have not been asked for since then; milliseconds since the epoch. */
  dropStandbys(since: number): void {
    for (const row of this.#standbys()) if ((row.askedForAt ?? 0) <= since) this.#drop(row);
  }

  /** A worker that has served nobody, synchronously; undefined when there is none. */
  takeWorker(kind: ProcessKind): EngineSession | undefined {
    // Spares were stocked while there could be no workers.
    const outdated = this.#rows.has(workersKey(kind)) ? undefined : this.#rows.get(processKindKey(kind));
    if (outdated) {
      this.#drop(outdated);
      this.stock(kind);
    }
    return this.#take(workersKey(kind), (ready) =>
      "runTurn" in ready && ready.canContinue ? ready : undefined,
    );
  }

  /** A process that waits for the history of a conversation opened this way, synchronously; undefined when there is none. */
  takeStandby(spec: SessionSpec): EngineStandby | undefined {
    return this.#take(standbyKey(spec), (ready) => ("resume" in ready ? ready : undefined));
  }

  /** Turns a ready spare into a session, synchronously; undefined when there is none. */
  take({ spec, firstTurn }: NewSession): EngineSession | undefined {
    return this.#take(processKindKey(spec.kind), (ready) =>
      "claim" in ready ? ready.claim(spec, firstTurn) : undefined,
    );
  }

  /** After another number of spares was asked for. */
  adjust(): void {
    for (const row of this.#rows.values()) {
      const surplus = row.ready.length - this.#limitOf(row);
      for (const spare of row.ready.splice(0, Math.max(0, surplus))) void spare.close();
      this.#fill(row);
    }
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error("The server stops."));
    const rows = [...this.#rows.values()];
    this.#rows.clear();
    for (const row of rows) row.refill?.cancel();
    await Promise.all(rows.flatMap((row) => row.ready).map((spare) => spare.close()));
  }

  #add(given: Pick<Row, "key" | "kind" | "most" | "start" | "askedForAt">): Row {
    const row: Row = { ...given, ready: [], starting: 0, refill: undefined };
    this.#rows.set(row.key, row);
    return row;
  }

  /** The rows of processes that wait for histories, the one not asked for for longest first. */
  #standbys(): readonly Row[] {
    const rows = [...this.#rows.values()].filter(({ askedForAt }) => askedForAt !== undefined);
    return rows.toSorted((one, other) => (one.askedForAt ?? 0) - (other.askedForAt ?? 0));
  }

  #drop(row: Row): void {
    this.#rows.delete(row.key);
    row.refill?.cancel();
    for (const ready of row.ready.splice(0)) void ready.close();
  }

  /** The first that can be used. The others are of no use to anybody. */
  #take<Taken>(key: string, use: (ready: Ready) => Taken | undefined): Taken | undefined {
    const row = this.#rows.get(key);
    if (!row) return undefined;
    while (row.ready.length > 0) {
      const [ready] = row.ready.splice(0, 1);
      this.#refillWhenQuiet(row);
      try {
        const taken = ready && use(ready);
        if (taken) return taken;
      } catch (error) {
        // It has just died; its exit event is on the way.
        this.#parts.logger.info("spare.lost", { error });
      }
      void ready?.close();
    }
    return undefined;
  }

  /** How many of a row are kept ready: the setting may change. */
  #limitOf({ most }: Row): number {
    return Math.min(most, this.#parts.limits.sparesPerKind);
  }

  #fill(row: Row): void {
    for (let count = row.ready.length + row.starting; count < this.#limitOf(row); count += 1) {
      void this.#start(row);
    }
  }

  #refillWhenQuiet(row: Row, checks = 1): void {
    row.refill?.cancel();
    row.refill = schedule(QUIET_CHECK_MS, () => {
      if (checks >= MAX_REFILL_CHECKS || this.#parts.isQuiet()) this.#fill(row);
      else this.#refillWhenQuiet(row, checks + 1);
    });
  }

  #refillLater(row: Row, delayMs: number): void {
    row.refill?.cancel();
    row.refill = schedule(delayMs, () => this.#fill(row));
  }

  async #start(row: Row): Promise<void> {
    row.starting += 1;
    const { signal } = this.#closed;
    let release: (() => void) | undefined;
    try {
      release = await this.#parts.spawns.acquire(signal);
      const spare = await row.start(signal);
      // It has started, but the shelf has closed, or nobody expects it any more.
      if (signal.aborted || this.#rows.get(row.key) !== row) return await spare.close();
      row.ready.push(spare);
      void spare.exited.then(() => this.#forget(row, spare));
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof WorkersUnavailable) {
        this.#drop(row);
        return this.stock(row.kind);
      }
      this.#parts.logger.error("spare.failed-to-start", { kind: row.kind, error });
      // What it was to be opened with may be gone, such as its folder.
      if (row.askedForAt === undefined) this.#refillLater(row, RETRY_DELAY_MS);
      else this.#drop(row);
    } finally {
      release?.();
      row.starting -= 1;
    }
  }

  #forget(row: Row, spare: Ready): void {
    const index = row.ready.indexOf(spare);
    if (index === -1 || this.#closed.signal.aborted) return;
    row.ready.splice(index, 1);
    this.#refillLater(row, RETRY_DELAY_MS);
  }
}

function workersKey(kind: ProcessKind): string {
  return `workers ${processKindKey(kind)}`;
}

function standbyKey({ kind, workspace, model, instructions, systemText, notes = "" }: SessionSpec): string {
  return `standby ${JSON.stringify([workspace, model, instructions, systemText, notes, processKindKey(kind)])}`;
}
