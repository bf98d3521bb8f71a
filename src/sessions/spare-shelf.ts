import type { Engine, EngineSession, EngineSpare, SessionSpec } from "../core/ports/engine.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { Profile } from "../core/profile.ts";
import type { Semaphore } from "../lib/semaphore.ts";
import { schedule } from "../lib/time.ts";

/** The turns of a conversation that has just begun should not share the processor with the start of the next spare. */
const QUIET_CHECK_MS = 25;
/** Turns may go on for minutes; the next new conversation should not pay for that. */
const MAX_REFILL_CHECKS = 40;
/** After a spare that failed to start or died at once. */
const RETRY_DELAY_MS = 10_000;

export interface SpareShelfParts {
  readonly engine: Engine;
  /** Spares kept ready for each kind of profile. */
  readonly sparesPerKind: number;
  readonly spawns: Semaphore;
  /** Whether no turn runs, nor did a moment ago. */
  readonly isQuiet: () => boolean;
  readonly logger: Logger;
}

/** Started processes of one kind that wait for a conversation. */
interface Kind {
  readonly profile: Profile;
  readonly ready: EngineSpare[];
  starting: number;
  refill: { cancel(): void } | undefined;
}

/** Keeps spares ready, so that a new conversation does not wait for a process to start. */
export class SpareShelf {
  readonly #parts: SpareShelfParts;
  readonly #kinds = new Map<string, Kind>();
  readonly #closed = new AbortController();

  constructor(parts: SpareShelfParts) {
    this.#parts = parts;
  }

  get stats(): { ready: number; starting: number; limit: number } {
    const kinds = [...this.#kinds.values()];
    return {
      ready: kinds.reduce((sum, kind) => sum + kind.ready.length, 0),
      starting: kinds.reduce((sum, kind) => sum + kind.starting, 0),
      limit: kinds.length * this.#parts.sparesPerKind,
    };
  }

  get processIds(): readonly number[] {
    const spares = [...this.#kinds.values()].flatMap((kind) => kind.ready);
    return spares.flatMap((spare) => spare.processId ?? []);
  }

  /** Keeps spares of this profile's kind from now on. */
  stock(profile: Profile): void {
    const key = this.#parts.engine.spareKey(profile);
    if (this.#kinds.has(key)) return;
    const kind: Kind = { profile, ready: [], starting: 0, refill: undefined };
    this.#kinds.set(key, kind);
    this.#fill(kind);
  }

  /** Makes a ready spare a session, synchronously; undefined when there is none. */
  take(spec: SessionSpec): EngineSession | undefined {
    const kind = this.#kinds.get(this.#parts.engine.spareKey(spec.profile));
    if (!kind) return undefined;
    while (kind.ready.length > 0) {
      const [spare] = kind.ready.splice(0, 1);
      this.#refillWhenQuiet(kind);
      try {
        if (spare) return spare.claim(spec);
      } catch (error) {
        // It died a moment ago; its exit is on its way to us.
        this.#parts.logger.info("spare.lost", { error });
        void spare?.close();
      }
    }
    return undefined;
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error("The server stops."));
    const kinds = [...this.#kinds.values()];
    this.#kinds.clear();
    for (const kind of kinds) kind.refill?.cancel();
    await Promise.all(kinds.flatMap((kind) => kind.ready).map((spare) => spare.close()));
  }

  #fill(kind: Kind): void {
    for (let count = kind.ready.length + kind.starting; count < this.#parts.sparesPerKind; count += 1) {
      void this.#start(kind);
    }
  }

  #refillWhenQuiet(kind: Kind, checks = 1): void {
    kind.refill?.cancel();
    kind.refill = schedule(QUIET_CHECK_MS, () => {
      if (checks >= MAX_REFILL_CHECKS || this.#parts.isQuiet()) this.#fill(kind);
      else this.#refillWhenQuiet(kind, checks + 1);
    });
  }

  #refillLater(kind: Kind, delayMs: number): void {
    kind.refill?.cancel();
    kind.refill = schedule(delayMs, () => this.#fill(kind));
  }

  async #start(kind: Kind): Promise<void> {
    kind.starting += 1;
    const { signal } = this.#closed;
    let release: (() => void) | undefined;
    try {
      release = await this.#parts.spawns.acquire(signal);
      const spare = await this.#parts.engine.startSpare(kind.profile, signal);
      // It stands just when the shelf is gone.
      if (signal.aborted) return await spare.close();
      kind.ready.push(spare);
      void spare.exited.then(() => this.#forget(kind, spare));
    } catch (error) {
      if (signal.aborted) return;
      this.#parts.logger.error("spare.failed-to-start", { profile: kind.profile.name, error });
      this.#refillLater(kind, RETRY_DELAY_MS);
    } finally {
      release?.();
      kind.starting -= 1;
    }
  }

  #forget(kind: Kind, spare: EngineSpare): void {
    const index = kind.ready.indexOf(spare);
    if (index === -1 || this.#closed.signal.aborted) return;
    kind.ready.splice(index, 1);
    this.#refillLater(kind, RETRY_DELAY_MS);
  }
}
