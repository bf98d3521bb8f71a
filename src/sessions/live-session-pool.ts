import type { ConversationId, TurnId } from "../core/words/ids.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { GivenHistory, SessionSpec, SessionStart, TurnInput } from "../core/ports/engine-session.ts";
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
import type { ProcessKind } from "../core/turn/process-kind.ts";
import { HeldConversations } from "./held-conversations.ts";
import { IdleSweep, type Pooled } from "./idle-sweep.ts";
import { KeptConversations } from "./kept-conversations.ts";
import { SessionOpener } from "./session-opener.ts";
import { SessionProcesses } from "./session-processes.ts";
import { SessionShelf } from "./session-shelf.ts";
import { SpareShelf } from "./spare-shelf.ts";
import { type LentWorker, WorkerShelf } from "./worker-shelf.ts";

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
/** For each session that there may be, this many conversations are kept that need none. */
const KEPT_FOR_EACH_SESSION = 16;
const MAX_KEPT_BYTES = 64 * 1024 * 1024;

/**
 * The live processes of this server. Idle sessions are kept in order of last use; when there is no room for a new one, the
 * least recently used is closed.
 */
export class LiveSessionPool implements SessionPool {
  /** Those of now. */
  readonly #limits: { -readonly [name in keyof PoolLimits]: PoolLimits[name] };
  readonly #clock: Clock;
  readonly #spares: SpareShelf;
  readonly #lives: SessionProcesses;
  readonly #sessions: SessionShelf;
  readonly #workers: WorkerShelf;
  readonly #kept: KeptConversations;
  readonly #held: HeldConversations;
  readonly #opener: SessionOpener;
  readonly #sweep: IdleSweep;

  constructor(parts: { engines: Engines; limits: PoolLimits; clock: Clock; logger: Logger }) {
    this.#limits = { ...parts.limits };
    this.#clock = parts.clock;
    this.#sessions = new SessionShelf(parts);
    this.#lives = new SessionProcesses(parts.limits.maxSpawnsAtOnce, parts.logger);
    const { engines, logger } = parts;
    const limits = this.#limits;
    this.#spares = new SpareShelf({
      engines,
      logger,
      limits,
      spawns: this.#lives.spawns,
      isQuiet: () => this.#isQuiet(),
    });
    this.#opener = new SessionOpener({
      engines,
      lives: this.#lives,
      spares: this.#spares,
      sessions: this.#sessions,
      clock: parts.clock,
      logger,
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
          return limits.maxSessions * KEPT_FOR_EACH_SESSION;
        },
        maxBytes: MAX_KEPT_BYTES,
        get idleMs() {
          return limits.sessionIdleMs;
        },
      },
      parts.clock,
    );
    this.#held = new HeldConversations({
      sessions: this.#sessions,
      workers: this.#workers,
      kept: this.#kept,
    });
    this.#sweep = new IdleSweep({
      limits,
      clock: parts.clock,
      processes: () => this.#processes(),
      idle: () => this.#idle(),
      kept: this.#kept,
      spares: this.#spares,
      end: (pooled, why) => this.#end(pooled, why),
    });
  }

  /** Counts from now on: idle processes that are too many end, spares that are missing start. */
  setLimits(limits: Omit<PoolLimits, "maxSpawnsAtOnce">): void {
    Object.assign(this.#limits, limits);
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

  open(start: NewSession, signal: AbortSignal, withoutSpare = false): Promise<SessionLease> {
    this.#makeRoom();
    return this.#opener.open(start, signal, withoutSpare);
  }

  resume(start: SessionStart, placement: "resumed" | "imported", signal: AbortSignal): Promise<SessionLease> {
    this.#makeRoom();
    return this.#opener.resume(start, placement, signal);
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
    this.#opener.avoidSpares(spec);
  }

  holds(id: ConversationId): boolean {
    return this.#held.has(id);
  }

  heldConversations(): readonly ConversationId[] {
    return this.#held.ids;
  }

  viewConversation(id: ConversationId): SessionView | undefined {
    return this.#held.view(id);
  }

  async evictConversation(id: ConversationId): Promise<void> {
    this.#kept.drop(id);
    for (const pooled of this.#sessions.ofConversation(id)) {
      if (!pooled.isBusy) await this.#end(pooled, "evicted");
    }
  }

  stats(): PoolStats {
    const processes = this.#processes();
    const { memoryBytes } = this.#sweep;
    const busy = processes.filter(({ isBusy }) => isBusy).length;
    return {
      idle: processes.length - busy,
      busy,
      starting: this.#lives.starting,
      limit: this.#limits.maxSessions,
      closed: this.#lives.closedCount,
      spares: this.#spares.stats,
      ...(memoryBytes === undefined ? {} : { memoryBytes }),
    };
  }

  /** Ends now what has been idle for too long, or takes memory that is needed. */
  sweep(): Promise<void> {
    return this.#sweep.run();
  }

  async close(): Promise<void> {
    this.#sweep.cancel();
    this.#lives.stop();
    for (const pooled of this.#processes()) void this.#end(pooled, "shutdown");
    await Promise.all([this.#spares.close(), this.#lives.ended()]);
  }

  #processes(): Pooled[] {
    return [...this.#sessions.sessions, ...this.#workers.workers];
  }

  /** The idle ones, the one that is idle for longest first. */
  #idle(): Pooled[] {
    const idle = this.#processes().filter(({ isBusy }) => !isBusy);
    return idle.toSorted((left, right) => left.idleSince - right.idleSince);
  }

  #isQuiet(): boolean {
    const isActive = ({ isBusy, idleSince }: Pooled) => isBusy || this.#clock() - idleSince < QUIET_MS;
    return this.#lives.starting === 0 && !this.#processes().some(isActive);
  }

  #makeRoom(): void {
    if (this.#processes().length + this.#lives.starting < this.#limits.maxSessions) return;
    const [oldest] = this.#idle();
    if (oldest) void this.#end(oldest, "evicted");
  }

  #end(pooled: Pooled, why: EndReason): Promise<void> {
    if ("kindKey" in pooled) this.#workers.remove(pooled);
    else {
      this.#sessions.remove(pooled);
      if (why !== "shutdown" && why !== "memory") this.#opener.expectResumed(pooled.spec);
    }
    return this.#lives.end(pooled.session, why);
  }
}

/** Why a process is ended. */
type EndReason = "discarded" | "evicted" | "idle" | "memory" | "shutdown" | "spent";
