import { type EngineSession, type SessionSpec, WorkersUnavailable } from "../core/ports/engine.ts";
import type { Engines } from "../core/ports/engines.ts";
import { type ProcessKind, processKindKey } from "../core/turn/process-kind.ts";
import type { WorkerAsker } from "../core/ports/session-pool.ts";
import type { ConversationId, PrincipalId } from "../core/words/ids.ts";

/** A process that is given the whole conversation with each turn. */
export interface Worker {
  readonly session: EngineSession;
  readonly kindKey: string;
  /** The only one whose turns it runs. */
  readonly principalId: PrincipalId;
  /** Whose turn it runs, or has run last. */
  conversationId: ConversationId | undefined;
  isBusy: boolean;
  /** When it last became idle; milliseconds since the epoch. */
  idleSince: number;
}

/** A worker that has just been lent. */
export interface LentWorker {
  readonly session: EngineSession;
  /** It was started for this turn, or for one that waited as well. */
  readonly isNew: boolean;
}

interface Waiter {
  readonly kind: ProcessKind;
  readonly kindKey: string;
  readonly asker: WorkerAsker;
  readonly give: (lent: LentWorker) => void;
  readonly fail: (error: unknown) => void;
}

interface WorkerShelfParts {
  readonly engines: Engines;
  /** How many may be started at the same time. */
  readonly maxStartsAtOnce: number;
  /** Waits for its turn among all starts, makes room, and counts the start. */
  readonly start: (begin: (signal: AbortSignal) => Promise<EngineSession>) => Promise<EngineSession>;
  /** A worker that was started ahead and has served nobody. */
  readonly takeSpare: (spec: SessionSpec) => EngineSession | undefined;
  /** A new worker belongs to the pool from here on. */
  readonly admit: (session: EngineSession, kindKey: string, principalId: PrincipalId) => Worker;
  readonly end: (worker: Worker, why: string) => void;
}

/**
 * Lends workers to turns. Who comes when all are busy waits for whichever is first: one that is given back, or a new one. Turns of
 * one principal never run on another's worker.
 */
export class WorkerShelf {
  readonly #parts: WorkerShelfParts;
  /** In order of use, the least recently used first. */
  readonly #workers = new Set<Worker>();
  readonly #waiting = new Set<Waiter>();
  /** By kind, how many are starting. */
  readonly #starting = new Map<string, number>();

  constructor(parts: WorkerShelfParts) {
    this.#parts = parts;
  }

  get workers(): ReadonlySet<Worker> {
    return this.#workers;
  }

  /**
   * @throws WorkersUnavailable when such workers cannot be had; the signal's reason when it aborts while waiting
   */
  take(spec: SessionSpec, asker: WorkerAsker, signal: AbortSignal): LentWorker | Promise<LentWorker> {
    const kindKey = processKindKey(spec.kind);
    const own = this.#idleOf(kindKey, asker.principalId);
    if (own) return this.#lend(own, asker, false);
    const spare = this.#parts.takeSpare(spec);
    if (spare) return this.#lend(this.#add(spare, kindKey, asker), asker, false);
    return this.#wait({ kind: spec.kind, kindKey, asker }, signal);
  }

  /** A lent worker whose turn is over. */
  return(worker: Worker, now: number): void {
    worker.isBusy = false;
    worker.idleSince = now;
    if (!worker.session.canContinue) {
      this.#parts.end(worker, "spent");
      this.remove(worker);
      return this.#startFor(worker.kindKey);
    }
    this.#workers.delete(worker);
    this.#workers.add(worker);
    this.#offer(worker);
  }

  remove(worker: Worker): boolean {
    return this.#workers.delete(worker);
  }

  #idleOf(kindKey: string, principalId: PrincipalId): Worker | undefined {
    const fitting = [...this.#workers].filter(
      (worker) => !worker.isBusy && worker.kindKey === kindKey && worker.principalId === principalId,
    );
    return fitting.findLast(({ session }) => session.canContinue);
  }

  #lend(worker: Worker, { conversationId }: WorkerAsker, isNew: boolean): LentWorker {
    worker.isBusy = true;
    worker.conversationId = conversationId;
    this.#workers.delete(worker);
    this.#workers.add(worker);
    return { session: worker.session, isNew };
  }

  #add(session: EngineSession, kindKey: string, { principalId }: WorkerAsker): Worker {
    const worker = this.#parts.admit(session, kindKey, principalId);
    this.#workers.add(worker);
    return worker;
  }

  #wait(wanted: Pick<Waiter, "kind" | "kindKey" | "asker">, signal: AbortSignal): Promise<LentWorker> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.delete(waiter);
        reject(signal.reason);
      };
      const settled = () => {
        this.#waiting.delete(waiter);
        signal.removeEventListener("abort", onAbort);
      };
      const waiter: Waiter = {
        ...wanted,
        give: (lent) => {
          settled();
          resolve(lent);
        },
        fail: (error) => {
          settled();
          reject(error);
        },
      };
      if (signal.aborted) return onAbort();
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.add(waiter);
      this.#startFor(wanted.kindKey);
    });
  }

  #waitersOf(kindKey: string): readonly Waiter[] {
    return [...this.#waiting].filter((waiter) => waiter.kindKey === kindKey);
  }

  /** Starts as many as there are turns without one, a few at a time: those that end meanwhile give theirs back. */
  #startFor(kindKey: string): void {
    const starting = this.#starting.get(kindKey) ?? 0;
    const waiters = this.#waitersOf(kindKey);
    const [first] = waiters;
    if (!first || starting >= Math.min(this.#parts.maxStartsAtOnce, waiters.length)) return;
    this.#starting.set(kindKey, starting + 1);
    void this.#start(first.kind, kindKey).finally(() => {
      this.#starting.set(kindKey, (this.#starting.get(kindKey) ?? 1) - 1);
      this.#startFor(kindKey);
    });
  }

  async #start(kind: ProcessKind, kindKey: string): Promise<void> {
    try {
      const engine = this.#parts.engines.of(kind);
      const session = await this.#parts.start(async (signal) => {
        if (!engine.startWorker) throw new WorkersUnavailable(`The engine ${engine.name} has no workers.`);
        return engine.startWorker(kind, signal);
      });
      const [first] = this.#waitersOf(kindKey);
      // Whoever wanted it has found another.
      if (!first) return void session.close();
      const worker = this.#add(session, kindKey, first.asker);
      first.give(this.#lend(worker, first.asker, true));
    } catch (error) {
      const [first, ...others] = this.#waitersOf(kindKey);
      first?.fail(error);
      if (error instanceof WorkersUnavailable) for (const waiter of others) waiter.fail(error);
    }
  }

  #offer(worker: Worker): void {
    const waiter = this.#waitersOf(worker.kindKey).find(
      ({ asker }) => asker.principalId === worker.principalId,
    );
    waiter?.give(this.#lend(worker, waiter.asker, false));
  }
}
