import { type EngineSession, type EngineSpare, WorkersUnavailable } from "../core/ports/engine.ts";
import type { Engines } from "../core/ports/engines.ts";
import type { NewSession } from "../core/ports/session-pool.ts";
import type { Logger } from "../core/ports/logger.ts";
import { isStateless, type ProcessKind, processKindKey } from "../core/turn/process-kind.ts";
import type { Semaphore } from "../lib/semaphore.ts";
import { schedule } from "../lib/time.ts";

/** A new conversation's first turn should not compete with the start of the next spare for the CPU. */
const QUIET_CHECK_MS = 25;
/** Turns may take minutes; the next new conversation should not have to wait for them. */
const MAX_REFILL_CHECKS = 40;
/** Delay after a spare failed to start or died at once. */
const RETRY_DELAY_MS = 10_000;

export interface SpareShelfParts {
  readonly engines: Engines;
  /** Spares kept ready for each kind of profile. */
  readonly sparesPerKind: number;
  readonly spawns: Semaphore;
  /** Whether no turn is running, nor was a moment ago. */
  readonly isQuiet: () => boolean;
  readonly logger: Logger;
}

/** A spare, or a worker that has served nobody. */
type Ready = EngineSpare | EngineSession;

/** Started processes of one kind that wait for a conversation. */
interface Row {
  readonly kind: ProcessKind;
  readonly start: (signal: AbortSignal) => Promise<Ready>;
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
      limit: rows.length * this.#parts.sparesPerKind,
    };
  }

  get processIds(): readonly number[] {
    const spares = [...this.#rows.values()].flatMap((row) => row.ready);
    return spares.flatMap((spare) => spare.processId ?? []);
  }

  /** Keeps spares of this kind from now on, or workers, if its engine supports them. */
  stock(kind: ProcessKind): void {
    const engine = this.#parts.engines.of(kind);
    const isForWorkers = isStateless(kind) && engine.hasWorkers?.(kind) === true;
    const start: Row["start"] | undefined = isForWorkers
      ? engine.startWorker?.bind(engine, kind)
      : engine.startSpare?.bind(engine, kind);
    const key = isForWorkers ? workersKey(kind) : processKindKey(kind);
    if (this.#rows.has(key) || !start) return;
    const row: Row = { kind, start, ready: [], starting: 0, refill: undefined };
    this.#rows.set(key, row);
    this.#fill(row);
  }

  /** A worker that has served nobody, synchronously; undefined when there is none. */
  takeWorker(kind: ProcessKind): EngineSession | undefined {
    const row = this.#rows.get(workersKey(kind));
    if (!row) return undefined;
    while (row.ready.length > 0) {
      const [worker] = row.ready.splice(0, 1);
      this.#refillWhenQuiet(row);
      if (worker && "runTurn" in worker && worker.canContinue) return worker;
      void worker?.close();
    }
    return undefined;
  }

  /** Turns a ready spare into a session, synchronously; undefined when there is none. */
  take({ spec, firstTurn }: NewSession): EngineSession | undefined {
    const row = this.#rows.get(processKindKey(spec.kind));
    if (!row) return undefined;
    while (row.ready.length > 0) {
      const [spare] = row.ready.splice(0, 1);
      this.#refillWhenQuiet(row);
      try {
        if (spare && "claim" in spare) return spare.claim(spec, firstTurn);
      } catch (error) {
        // The spare has just died; its exit event is on the way.
        this.#parts.logger.info("spare.lost", { error });
        void spare?.close();
      }
    }
    return undefined;
  }

  /** After another number of spares was asked for. */
  adjust(): void {
    for (const row of this.#rows.values()) {
      const surplus = row.ready.length - this.#parts.sparesPerKind;
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

  #fill(row: Row): void {
    for (let count = row.ready.length + row.starting; count < this.#parts.sparesPerKind; count += 1) {
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
      // The spare has started, but the shelf has closed.
      if (signal.aborted) return await spare.close();
      row.ready.push(spare);
      void spare.exited.then(() => this.#forget(row, spare));
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof WorkersUnavailable) {
        this.#rows.delete(workersKey(row.kind));
        return this.stock(row.kind);
      }
      this.#parts.logger.error("spare.failed-to-start", { kind: row.kind, error });
      this.#refillLater(row, RETRY_DELAY_MS);
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
