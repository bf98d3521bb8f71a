import { WorkersUnavailable } from "../core/ports/engine.ts";
import type { EngineSession, SessionSpec } from "../core/ports/engine-session.ts";
import type { Engines } from "../core/ports/engines.ts";
import { type ProcessKind, processKindKey } from "../core/turn/process-kind.ts";
import { schedule } from "../lib/time.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { WorkerAsker } from "../core/ports/session-pool.ts";
import type { ConversationId, PrincipalId } from "../core/words/ids.ts";

/** About how long a start takes, which also takes a core from those that serve. */
const START_MS = 1_000;
/** What the latest turn counts for among those before. */
const LATEST = 0.2;

/** A process that is given the whole conversation with each turn. */
export interface Worker {
  readonly session: EngineSession;
  readonly kindKey: string;
  /** The only one whose turns it runs. */
  readonly principalId: PrincipalId;
  /** Whose turn it runs, or has run last. */
  conversationId: ConversationId | undefined;
  isBusy: boolean;
  /** When it was lent last; milliseconds since the epoch. */
  lentAt: number;
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
  /** Milliseconds since the epoch. */
  readonly since: number;
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
  readonly end: (worker: Worker, why: "spent") => void;
  readonly clock: Clock;
  readonly logger: Logger;
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
  /** By kind, how long a turn takes: about as long as the latest ones took, in milliseconds. */
  readonly #turnMs = new Map<string, number>();
  /** Kinds whose waiting turns are looked at again. */
  readonly #lookedAtAgain = new Set<string>();

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
  return(worker: Worker): void {
    const now = this.#parts.clock();
    worker.isBusy = false;
    worker.idleSince = now;
    this.#noteTurn(worker.kindKey, now - worker.lentAt);
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
    worker.lentAt = this.#parts.clock();
    worker.conversationId = conversationId;
    this.#workers.delete(worker);
    this.#workers.add(worker);
    return { session: worker.session, isNew };
  }

  #add(session: EngineSession, kindKey: string, { principalId, conversationId }: WorkerAsker): Worker {
    const { clock, logger } = this.#parts;
    const now = clock();
    const worker: Worker = {
      session,
      kindKey,
      principalId,
      conversationId,
      isBusy: true,
      lentAt: now,
      idleSince: now,
    };
    this.#workers.add(worker);
    const { id: sessionId, processId } = session;
    void session.exited.then((exit) => {
      if (this.#workers.delete(worker)) logger.info("session.exited", { sessionId, ...exit });
    });
    logger.debug("session.opened", { sessionId, processId, kind: kindKey, isWorker: true });
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
        since: this.#parts.clock(),
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

  /**
   * Starts as many as there are turns without one, a few at a time: those that end meanwhile give theirs back. Where those that serve
   * will have served all before another one has started, none is.
   */
  #startFor(kindKey: string): void {
    const starting = this.#starting.get(kindKey) ?? 0;
    const waiters = this.#waitersOf(kindKey);
    const [first] = waiters;
    if (!first || starting >= Math.min(this.#parts.maxStartsAtOnce, waiters.length)) return;
    const byPrincipal = [...Map.groupBy(waiters, ({ asker }) => asker.principalId).values()];
    if (byPrincipal.every((own) => this.#areServedSoon(own, starting))) return this.#lookAgain(kindKey);
    this.#starting.set(kindKey, starting + 1);
    void this.#start(first.kind, kindKey).finally(() => {
      this.#starting.set(kindKey, (this.#starting.get(kindKey) ?? 1) - 1);
      this.#startFor(kindKey);
    });
  }

  /** Turns of one principal, by its workers that do not work on something long, judged by how long turns take. */
  #areServedSoon(waiters: readonly Waiter[], starting: number): boolean {
    const [oldest] = waiters;
    if (!oldest) return true;
    const { kindKey, asker, since } = oldest;
    const turnMs = this.#turnMs.get(kindKey);
    const now = this.#parts.clock();
    if (turnMs === undefined || now - since >= START_MS) return false;
    const serving = [...this.#workers].filter(
      (worker) =>
        worker.kindKey === kindKey &&
        worker.principalId === asker.principalId &&
        now - worker.lentAt < START_MS,
    );
    // While there is a core for each, another one takes nothing from them.
    if (serving.length === 0 || serving.length + starting < this.#parts.maxStartsAtOnce) return false;
    return (waiters.length * turnMs) / serving.length < START_MS;
  }

  #lookAgain(kindKey: string): void {
    if (this.#lookedAtAgain.has(kindKey)) return;
    this.#lookedAtAgain.add(kindKey);
    schedule(START_MS, () => {
      this.#lookedAtAgain.delete(kindKey);
      this.#startFor(kindKey);
    });
  }

  #noteTurn(kindKey: string, tookMs: number): void {
    const before = this.#turnMs.get(kindKey) ?? tookMs;
    this.#turnMs.set(kindKey, before + LATEST * (tookMs - before));
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
