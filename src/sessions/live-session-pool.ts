import { AppError } from "../core/words/app-error.ts";
import type { ConversationId, TurnId } from "../core/words/ids.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { EngineSession, SessionSpec, SessionStart, TurnInput } from "../core/ports/engine.ts";
import type { Engines } from "../core/ports/engines.ts";
import type { Logger } from "../core/ports/logger.ts";
import type {
  HeldState,
  NewSession,
  PoolStats,
  SessionLease,
  SessionPool,
  SessionView,
} from "../core/ports/session-pool.ts";
import { type ProcessKind, processKindKey } from "../core/turn/process-kind.ts";
import type { Placement } from "../core/words/turn-event.ts";
import { readProcessMemory } from "../lib/process-memory.ts";
import { Semaphore } from "../lib/semaphore.ts";
import { repeat } from "../lib/time.ts";
import { isSameSpec, type PooledSession } from "./pooled-session.ts";
import { SpareShelf } from "./spare-shelf.ts";

export interface PoolLimits {
  /** Limit of processes that hold a conversation. Must be at least the number of turns that run at once. */
  readonly maxSessions: number;
  readonly sparesPerKind: number;
  /** Limit of processes that start at the same time; about one per core. */
  readonly maxSpawnsAtOnce: number;
  readonly sessionIdleMs: number;
  /** Memory of all Claude Code processes together; above it, idle sessions are closed. */
  readonly maxMemoryBytes: number;
}

/** A client that continues at once does so within this time. */
const QUIET_MS = 40;
/** How often idle times and memory are checked; more often when sessions may idle for less than this. */
const SWEEP_INTERVAL_MS = 5_000;
const MIN_SWEEP_INTERVAL_MS = 100;

/**
 * The live processes of this server. Idle sessions are kept in order of last use; when there is no room for a new one, the
 * least recently used is closed.
 */
export class LiveSessionPool implements SessionPool {
  readonly #engines: Engines;
  readonly #limits: PoolLimits;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #spares: SpareShelf;
  readonly #spawns: Semaphore;
  /** In order of use, the least recently used first. */
  readonly #sessions = new Set<PooledSession>();
  readonly #closing = new Set<Promise<void>>();
  readonly #sweep: { cancel(): void };
  /** Combinations of workspace and kind, as one key. */
  readonly #withoutSpares = new Set<string>();
  readonly #closed = new AbortController();
  #closedCount = 0;
  #starting = 0;
  #memoryBytes: number | undefined;

  constructor(parts: { engines: Engines; limits: PoolLimits; clock: Clock; logger: Logger }) {
    this.#engines = parts.engines;
    this.#limits = parts.limits;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.#spawns = new Semaphore(parts.limits.maxSpawnsAtOnce);
    const { engines, logger } = parts;
    const { sparesPerKind } = parts.limits;
    this.#spares = new SpareShelf({
      engines,
      logger,
      sparesPerKind,
      spawns: this.#spawns,
      isQuiet: () => this.#isQuiet(),
    });
    const sweepMs = Math.min(SWEEP_INTERVAL_MS, Math.max(MIN_SWEEP_INTERVAL_MS, parts.limits.sessionIdleMs));
    this.#sweep = repeat(sweepMs, () => void this.sweep());
  }

  takeHot(turnId: TurnId, spec: SessionSpec, turn: TurnInput): SessionLease | undefined {
    for (const pooled of this.#sessions) {
      if (pooled.isBusy || pooled.held?.turnId !== turnId || !isSameSpec(pooled.spec, spec)) continue;
      if (!pooled.session.canTake(turn)) continue;
      this.#touch(pooled);
      pooled.isBusy = true;
      return { session: pooled.session, spec: pooled.spec, placement: "hot", held: pooled.held };
    }
    return undefined;
  }

  findHeld(stateHash: string, systemText: string): HeldState | undefined {
    const holders = [...this.#sessions].filter(({ held }) => held?.stateHash === stateHash);
    const idle = holders.filter(({ isBusy }) => !isBusy);
    const fitting = idle.find(({ spec }) => spec.systemText === systemText);
    return (fitting ?? idle[0] ?? holders[0])?.held;
  }

  systemTextAfter(turnId: TurnId): string | undefined {
    for (const { held, spec } of this.#sessions) if (held?.turnId === turnId) return spec.systemText;
    return undefined;
  }

  async open(start: NewSession, signal: AbortSignal, withoutSpare = false): Promise<SessionLease> {
    this.#makeRoom();
    const { spec } = start;
    const mayClaim = !withoutSpare && !this.#withoutSpares.has(placeKey(spec));
    const session = mayClaim ? this.#spares.take(start) : undefined;
    if (session) return this.#admit(session, spec, "spare");
    return this.#start({ ...start, history: [] }, "cold", signal);
  }

  resume(start: SessionStart, placement: "resumed" | "imported", signal: AbortSignal): Promise<SessionLease> {
    this.#makeRoom();
    return this.#start(start, placement, signal);
  }

  release(lease: SessionLease, held: HeldState): void {
    const pooled = this.#find(lease.session);
    // The process died between its last message and now.
    if (!pooled) return;
    pooled.isBusy = false;
    pooled.held = held;
    this.#touch(pooled);
  }

  discard(lease: SessionLease): void {
    const pooled = this.#find(lease.session);
    if (pooled) this.#end(pooled, "discarded");
  }

  warm(kinds: readonly ProcessKind[]): void {
    if (this.#limits.sparesPerKind > 0) for (const kind of kinds) this.#spares.stock(kind);
  }

  avoidSpares(spec: SessionSpec): void {
    this.#withoutSpares.add(placeKey(spec));
  }

  viewConversation(id: ConversationId): SessionView | undefined {
    for (const { session, held, isBusy } of [...this.#sessions].toReversed()) {
      if (held?.conversationId !== id) continue;
      const { processId } = session;
      return { id: session.id, isBusy, ...(processId === undefined ? {} : { processId }) };
    }
    return undefined;
  }

  async evictConversation(id: ConversationId): Promise<void> {
    for (const pooled of this.#sessions) {
      if (pooled.held?.conversationId === id && !pooled.isBusy) await this.#end(pooled, "evicted");
    }
  }

  stats(): PoolStats {
    const busy = [...this.#sessions].filter((pooled) => pooled.isBusy).length;
    return {
      idle: this.#sessions.size - busy,
      busy,
      starting: this.#starting,
      limit: this.#limits.maxSessions,
      closed: this.#closedCount,
      spares: this.#spares.stats,
      ...(this.#memoryBytes === undefined ? {} : { memoryBytes: this.#memoryBytes }),
    };
  }

  /**
   * Closes sessions that have been idle for too long and, while too much memory is in use, the least recently used idle ones.
   */
  async sweep(): Promise<void> {
    const deadline = this.#clock() - this.#limits.sessionIdleMs;
    for (const pooled of this.#idle()) if (pooled.idleSince <= deadline) void this.#end(pooled, "idle");

    const sizes = new Map<PooledSession, number>();
    for (const pooled of this.#sessions) sizes.set(pooled, await memoryOf(pooled.session.processId));
    const spares = await Promise.all(this.#spares.processIds.map(memoryOf));
    let total = [...sizes.values(), ...spares].reduce((sum, size) => sum + size, 0);
    this.#memoryBytes = total;
    for (const pooled of this.#idle()) {
      if (total <= this.#limits.maxMemoryBytes) return;
      total -= sizes.get(pooled) ?? 0;
      void this.#end(pooled, "memory");
    }
  }

  async close(): Promise<void> {
    this.#sweep.cancel();
    this.#closed.abort(new AppError({ kind: "shutting-down", message: "The server is shutting down." }));
    for (const pooled of this.#sessions) void this.#end(pooled, "shutdown");
    await Promise.all([this.#spares.close(), ...this.#closing]);
  }

  #idle(): PooledSession[] {
    return [...this.#sessions].filter((pooled) => !pooled.isBusy);
  }

  #find(session: EngineSession): PooledSession | undefined {
    for (const pooled of this.#sessions) if (pooled.session === session) return pooled;
    return undefined;
  }

  #isQuiet(): boolean {
    const isActive = ({ isBusy, idleSince }: PooledSession) => isBusy || this.#clock() - idleSince < QUIET_MS;
    return this.#starting === 0 && ![...this.#sessions].some(isActive);
  }

  /** Moves it to the end: the most recently used. */
  #touch(pooled: PooledSession): void {
    pooled.idleSince = this.#clock();
    this.#sessions.delete(pooled);
    this.#sessions.add(pooled);
  }

  #makeRoom(): void {
    if (this.#sessions.size + this.#starting < this.#limits.maxSessions) return;
    const [oldest] = this.#idle();
    if (oldest) void this.#end(oldest, "evicted");
  }

  async #start(start: SessionStart, placement: Placement, signal: AbortSignal): Promise<SessionLease> {
    this.#starting += 1;
    const ending = AbortSignal.any([signal, this.#closed.signal]);
    try {
      const release = await this.#spawns.acquire(ending);
      const session = await this.#engines.of(start.spec.kind).startSession(start, ending).finally(release);
      if (!ending.aborted) return this.#admit(session, start.spec, placement);
      // The session has started, but nobody wants it any more.
      await session.close();
      throw ending.reason;
    } finally {
      this.#starting -= 1;
    }
  }

  #admit(session: EngineSession, spec: SessionSpec, placement: Placement): SessionLease {
    const pooled: PooledSession = { session, spec, isBusy: true, held: undefined, idleSince: this.#clock() };
    this.#sessions.add(pooled);
    void session.exited.then((exit) => {
      if (!this.#sessions.delete(pooled)) return;
      this.#logger.info("session.exited", { sessionId: session.id, ...exit });
    });
    this.#logger.debug("session.opened", {
      sessionId: session.id,
      processId: session.processId,
      placement,
      kind: spec.kind,
    });
    return { session, spec, placement };
  }

  #end(pooled: PooledSession, why: string): Promise<void> {
    this.#sessions.delete(pooled);
    this.#closedCount += 1;
    this.#logger.debug("session.closing", { sessionId: pooled.session.id, why });
    const closing = pooled.session
      .close()
      .catch((error: unknown) => this.#logger.error("session.failed-to-close", { error }))
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    return closing;
  }
}

function placeKey({ workspace, kind }: SessionSpec): string {
  return JSON.stringify([workspace, processKindKey(kind)]);
}

async function memoryOf(processId: number | undefined): Promise<number> {
  return processId === undefined ? 0 : ((await readProcessMemory(processId)) ?? 0);
}
