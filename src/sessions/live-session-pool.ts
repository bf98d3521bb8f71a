import type { ConversationId, TurnId } from "../core/words/ids.ts";
import type { Clock } from "../core/ports/clock.ts";
import {
  ClaimRefused,
  type EngineSession,
  type GivenHistory,
  type SessionSpec,
  type SessionStart,
  type TurnInput,
} from "../core/ports/engine.ts";
import type { Engines } from "../core/ports/engines.ts";
import type { Logger } from "../core/ports/logger.ts";
import type {
  HeldState,
  KeptConversation,
  NewSession,
  PoolStats,
  SessionLease,
  SessionPool,
  SessionView,
  WorkerAsker,
} from "../core/ports/session-pool.ts";
import { type ProcessKind, processKindKey } from "../core/turn/process-kind.ts";
import type { Placement } from "../core/words/turn-event.ts";
import { readProcessMemory } from "../lib/process-memory.ts";
import { repeat } from "../lib/time.ts";
import { KeptConversations } from "./kept-conversations.ts";
import { SessionProcesses } from "./session-processes.ts";
import { type PooledSession, SessionShelf } from "./session-shelf.ts";
import { SpareShelf } from "./spare-shelf.ts";
import { type LentWorker, type Worker, WorkerShelf } from "./worker-shelf.ts";

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
/** For each session that there may be, this many conversations are kept that need none. */
const KEPT_FOR_EACH_SESSION = 16;
const MAX_KEPT_BYTES = 64 * 1024 * 1024;

/**
 * The live processes of this server. Idle sessions are kept in order of last use; when there is no room for a new one, the
 * least recently used is closed.
 */
export class LiveSessionPool implements SessionPool {
  readonly #engines: Engines;
  #limits: PoolLimits;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #spares: SpareShelf;
  readonly #lives: SessionProcesses;
  readonly #sessions: SessionShelf;
  readonly #workers: WorkerShelf;
  readonly #kept: KeptConversations;
  readonly #sweep: { cancel(): void };
  /** Combinations of workspace and kind, as one key. */
  readonly #withoutSpares = new Set<string>();
  #memoryBytes: number | undefined;

  constructor(parts: { engines: Engines; limits: PoolLimits; clock: Clock; logger: Logger }) {
    this.#engines = parts.engines;
    this.#limits = parts.limits;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.#sessions = new SessionShelf(parts);
    this.#lives = new SessionProcesses(parts.limits.maxSpawnsAtOnce, parts.logger);
    const { engines, logger } = parts;
    const limits = () => this.#limits;
    this.#spares = new SpareShelf({
      engines,
      logger,
      get sparesPerKind() {
        return limits().sparesPerKind;
      },
      spawns: this.#lives.spawns,
      isQuiet: () => this.#isQuiet(),
    });
    this.#workers = new WorkerShelf({
      engines,
      maxStartsAtOnce: parts.limits.maxSpawnsAtOnce,
      start: (begin) => {
        this.#makeRoom();
        return this.#lives.start(begin);
      },
      takeSpare: (spec) => {
        const spare = this.#spares.takeWorker(spec.kind);
        if (spare) this.#makeRoom();
        return spare;
      },
      end: (worker, why) => void this.#lives.end(worker.session, why),
      clock: parts.clock,
      logger,
    });
    this.#kept = new KeptConversations(
      {
        get maxConversations() {
          return limits().maxSessions * KEPT_FOR_EACH_SESSION;
        },
        maxBytes: MAX_KEPT_BYTES,
        get idleMs() {
          return limits().sessionIdleMs;
        },
      },
      parts.clock,
    );
    const sweepMs = Math.min(SWEEP_INTERVAL_MS, Math.max(MIN_SWEEP_INTERVAL_MS, parts.limits.sessionIdleMs));
    this.#sweep = repeat(sweepMs, () => void this.sweep());
  }

  /** Counts from now on: idle processes that are too many end, spares that are missing start. */
  setLimits(limits: Omit<PoolLimits, "maxSpawnsAtOnce">): void {
    this.#limits = { ...this.#limits, ...limits };
    const surplus = this.#processes().length - limits.maxSessions;
    for (const pooled of this.#idle().slice(0, Math.max(0, surplus))) void this.#end(pooled, "evicted");
    this.#spares.adjust();
    void this.sweep();
  }

  takeHot(turnId: TurnId, spec: SessionSpec, turn: TurnInput): SessionLease | undefined {
    const pooled = this.#sessions.take(turnId, spec, turn);
    if (!pooled?.held) return undefined;
    return { session: pooled.session, spec: pooled.spec, placement: "hot", held: pooled.held };
  }

  findHeld(stateHash: string, systemText: string): HeldState | undefined {
    const { idle, busy } = this.#sessions.findHeld(stateHash, systemText);
    return idle ?? this.#kept.find(stateHash, systemText) ?? busy;
  }

  systemTextAfter(turnId: TurnId): string | undefined {
    return this.#sessions.systemTextAfter(turnId) ?? this.#kept.systemTextAfter(turnId);
  }

  takeWorker(
    spec: SessionSpec,
    asker: WorkerAsker,
    signal: AbortSignal,
  ): SessionLease | Promise<SessionLease> {
    const lease = ({ session, isNew }: LentWorker): SessionLease => ({
      session,
      spec,
      placement: isNew ? "cold" : "spare",
    });
    const lent = this.#workers.take(spec, asker, signal);
    return lent instanceof Promise ? lent.then(lease) : lease(lent);
  }

  returnWorker({ session }: SessionLease): void {
    for (const worker of this.#workers.workers) {
      // It may have died between its last message and now.
      if (worker.session === session) return this.#workers.return(worker);
    }
  }

  keep(conversation: KeptConversation): void {
    this.#kept.add(conversation);
  }

  historyAfter(turnId: TurnId): GivenHistory | undefined {
    return this.#kept.historyAfter(turnId);
  }

  takeKept(turnId: TurnId, spec: Pick<SessionSpec, "model" | "systemText">): boolean {
    return this.#kept.take(turnId, spec);
  }

  async open(start: NewSession, signal: AbortSignal, withoutSpare = false): Promise<SessionLease> {
    this.#makeRoom();
    const { spec } = start;
    const mayClaim = !withoutSpare && !this.#withoutSpares.has(placeKey(spec));
    const session = mayClaim ? this.#spares.take(start) : undefined;
    if (session) return this.#admit(session, spec, "spare");
    return this.#start({ ...start, history: [] }, "cold", signal);
  }

  async resume(
    start: SessionStart,
    placement: "resumed" | "imported",
    signal: AbortSignal,
  ): Promise<SessionLease> {
    this.#makeRoom();
    const { spec } = start;
    const standby = this.#spares.takeStandby(spec);
    this.#expectResumed(spec);
    if (standby) {
      try {
        const session = await this.#lives.start((ending) => standby.resume(start, ending), signal);
        return this.#admit(session, spec, placement);
      } catch (error) {
        if (!(error instanceof ClaimRefused)) throw error;
        this.#logger.info("spare.lost", { error });
      }
    }
    return this.#start(start, placement, signal);
  }

  release(lease: SessionLease, held: HeldState): void {
    this.#sessions.return(lease.session, held);
  }

  discard(lease: SessionLease): void {
    const pooled = this.#sessions.find(lease.session);
    if (pooled) this.#end(pooled, "discarded");
  }

  warm(kinds: readonly ProcessKind[]): void {
    for (const kind of kinds) this.#spares.stock(kind);
  }

  avoidSpares(spec: SessionSpec): void {
    this.#withoutSpares.add(placeKey(spec));
  }

  holds(id: ConversationId): boolean {
    return this.#kept.has(id) || this.viewConversation(id) !== undefined;
  }

  heldConversations(): readonly ConversationId[] {
    const held = [...this.#sessions.sessions].flatMap((pooled) => pooled.held?.conversationId ?? []);
    const working = [...this.#workers.workers].flatMap((worker) =>
      worker.isBusy ? (worker.conversationId ?? []) : [],
    );
    return [...new Set([...held, ...working, ...this.#kept.ids])];
  }

  viewConversation(id: ConversationId): SessionView | undefined {
    const worker = [...this.#workers.workers].find(
      ({ isBusy, conversationId }) => isBusy && conversationId === id,
    );
    const found = worker ?? this.#sessions.ofConversation(id)[0];
    if (!found) return undefined;
    const { session, isBusy } = found;
    const { processId } = session;
    return { id: session.id, isBusy, ...(processId === undefined ? {} : { processId }) };
  }

  async evictConversation(id: ConversationId): Promise<void> {
    this.#kept.drop(id);
    for (const pooled of this.#sessions.ofConversation(id)) {
      if (!pooled.isBusy) await this.#end(pooled, "evicted");
    }
  }

  stats(): PoolStats {
    const processes = this.#processes();
    const busy = processes.filter(({ isBusy }) => isBusy).length;
    return {
      idle: processes.length - busy,
      busy,
      starting: this.#lives.starting,
      limit: this.#limits.maxSessions,
      closed: this.#lives.closedCount,
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
    this.#kept.sweep();
    this.#spares.dropStandbys(deadline);

    const sizes = new Map<PooledSession | Worker, number>();
    for (const pooled of this.#processes()) sizes.set(pooled, await memoryOf(pooled.session.processId));
    const spares = await Promise.all(this.#spares.processIds.map(memoryOf));
    let total = [...sizes.values(), ...spares].reduce((sum, size) => sum + size, 0);
    this.#memoryBytes = total;
    // The last of them ends with this sweep, so it counts until the next one.
    if (total > this.#limits.maxMemoryBytes) this.#spares.dropStandbys(this.#clock());
    for (const pooled of this.#idle()) {
      if (total <= this.#limits.maxMemoryBytes) return;
      total -= sizes.get(pooled) ?? 0;
      void this.#end(pooled, "memory");
    }
  }

  async close(): Promise<void> {
    this.#sweep.cancel();
    this.#lives.stop();
    for (const pooled of this.#processes()) void this.#end(pooled, "shutdown");
    await Promise.all([this.#spares.close(), this.#lives.ended()]);
  }

  #processes(): (PooledSession | Worker)[] {
    return [...this.#sessions.sessions, ...this.#workers.workers];
  }

  /** The idle ones, the one that is idle for longest first. */
  #idle(): (PooledSession | Worker)[] {
    const idle = this.#processes().filter(({ isBusy }) => !isBusy);
    return idle.toSorted((left, right) => left.idleSince - right.idleSince);
  }

  #isQuiet(): boolean {
    const isActive = ({ isBusy, idleSince }: PooledSession | Worker) =>
      isBusy || this.#clock() - idleSince < QUIET_MS;
    return this.#lives.starting === 0 && !this.#processes().some(isActive);
  }

  /** Workers are given the history with each turn, and a command's process serves nothing else. */
  #expectResumed(spec: SessionSpec): void {
    if (this.#engines.of(spec.kind).hasWorkers?.(spec.kind) || spec.kind.runsCommands) return;
    this.#spares.expectResumed(spec, this.#clock());
  }

  #makeRoom(): void {
    if (this.#processes().length + this.#lives.starting < this.#limits.maxSessions) return;
    const [oldest] = this.#idle();
    if (oldest) void this.#end(oldest, "evicted");
  }

  async #start(start: SessionStart, placement: Placement, signal: AbortSignal): Promise<SessionLease> {
    const session = await this.#lives.start(
      (ending) => this.#engines.of(start.spec.kind).startSession(start, ending),
      signal,
    );
    return this.#admit(session, start.spec, placement);
  }

  #admit(session: EngineSession, spec: SessionSpec, placement: Placement): SessionLease {
    this.#sessions.admit(session, spec, placement);
    return { session, spec, placement };
  }

  #end(pooled: PooledSession | Worker, why: EndReason): Promise<void> {
    if ("kindKey" in pooled) this.#workers.remove(pooled);
    else {
      this.#sessions.remove(pooled);
      if (why !== "shutdown" && why !== "memory") this.#expectResumed(pooled.spec);
    }
    return this.#lives.end(pooled.session, why);
  }
}

/** Why a process is ended. */
type EndReason = "discarded" | "evicted" | "idle" | "memory" | "shutdown" | "spent";

function placeKey({ workspace, kind }: SessionSpec): string {
  return JSON.stringify([workspace, processKindKey(kind)]);
}

async function memoryOf(processId: number | undefined): Promise<number> {
  return processId === undefined ? 0 : ((await readProcessMemory(processId)) ?? 0);
}
