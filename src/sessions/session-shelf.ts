import type { Clock } from "../core/ports/clock.ts";
import type { EngineSession, SessionSpec, TurnInput } from "../core/ports/engine-session.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { HeldState } from "../core/ports/session-pool.ts";
import { processKindKey } from "../core/turn/process-kind.ts";
import type { Placement } from "../core/words/turn-event.ts";
import type { ConversationId, TurnId } from "../core/words/ids.ts";

/** A live session with what is known about it. */
export interface PooledSession {
  readonly session: EngineSession;
  readonly spec: SessionSpec;
  isBusy: boolean;
  /** The state it holds, or held before its current turn; absent until a turn has ended well. */
  held: HeldState | undefined;
  /** When it last became idle; milliseconds since the epoch. */
  idleSince: number;
}

/** The sessions that hold conversations, in order of use, the least recently used first. */
export class SessionShelf {
  readonly #sessions = new Set<PooledSession>();
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(parts: { clock: Clock; logger: Logger }) {
    this.#clock = parts.clock;
    this.#logger = parts.logger;
  }

  get sessions(): ReadonlySet<PooledSession> {
    return this.#sessions;
  }

  /** Lends the idle session that holds the state after this turn; see `SessionPool.takeHot`. */
  take(turnId: TurnId, spec: SessionSpec, turn: TurnInput): PooledSession | undefined {
    for (const pooled of this.#sessions) {
      if (pooled.isBusy || pooled.held?.turnId !== turnId || !isSameSpec(pooled.spec, spec)) continue;
      if (!pooled.session.canTake(turn)) continue;
      this.#touch(pooled);
      pooled.isBusy = true;
      return pooled;
    }
    return undefined;
  }

  /** The states with this hash: those of idle sessions first, and of these one with this system text. */
  findHeld(stateHash: string, systemText: string): { idle?: HeldState; busy?: HeldState } {
    const holders = [...this.#sessions].filter(({ held }) => held?.stateHash === stateHash);
    const idle = holders.filter(({ isBusy }) => !isBusy);
    const fitting = idle.find(({ spec }) => spec.systemText === systemText) ?? idle[0];
    const busy = holders.find(({ isBusy }) => isBusy);
    return { ...(fitting?.held && { idle: fitting.held }), ...(busy?.held && { busy: busy.held }) };
  }

  systemTextAfter(turnId: TurnId): string | undefined {
    for (const { held, spec } of this.#sessions) if (held?.turnId === turnId) return spec.systemText;
    return undefined;
  }

  /** The sessions of this conversation, the most recently used first. */
  ofConversation(id: ConversationId): readonly PooledSession[] {
    return [...this.#sessions].filter(({ held }) => held?.conversationId === id).toReversed();
  }

  find(session: EngineSession): PooledSession | undefined {
    for (const pooled of this.#sessions) if (pooled.session === session) return pooled;
    return undefined;
  }

  /** A new session, lent to its first turn. */
  admit(session: EngineSession, spec: SessionSpec, placement: Placement): void {
    const pooled: PooledSession = { session, spec, isBusy: true, held: undefined, idleSince: this.#clock() };
    this.#sessions.add(pooled);
    void session.exited.then((exit) => {
      if (!this.#sessions.delete(pooled)) return;
      this.#logger.info("session.exited", { sessionId: session.id, ...exit });
    });
    const { id: sessionId, processId } = session;
    this.#logger.debug("session.opened", { sessionId, processId, placement, kind: spec.kind });
  }

  /** A lent session whose turn is over. */
  return(session: EngineSession, held: HeldState): void {
    const pooled = this.find(session);
    // The process died between its last message and now.
    if (!pooled) return;
    pooled.isBusy = false;
    pooled.held = held;
    this.#touch(pooled);
  }

  remove(pooled: PooledSession): void {
    this.#sessions.delete(pooled);
  }

  /** Moves it to the end: the most recently used. */
  #touch(pooled: PooledSession): void {
    pooled.idleSince = this.#clock();
    this.#sessions.delete(pooled);
    this.#sessions.add(pooled);
  }
}

/** Whether two sessions were opened alike, so that one can replace the other. */
function isSameSpec(left: SessionSpec, right: SessionSpec): boolean {
  return (
    left.model === right.model &&
    left.systemText === right.systemText &&
    left.instructions === right.instructions &&
    left.workspace === right.workspace &&
    processKindKey(left.kind) === processKindKey(right.kind)
  );
}
