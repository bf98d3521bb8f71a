import type { ConversationId, TurnId } from "../words/ids.ts";
import type { ProcessKind } from "../turn/process-kind.ts";
import type { Placement } from "../words/turn-event.ts";
import type { EngineSession, SessionSpec, SessionStart, TurnInput } from "./engine.ts";

/** What a session holds: the state after its last completed turn. */
export interface HeldState {
  readonly stateHash: string;
  readonly conversationId: ConversationId;
  readonly turnId: TurnId;
}

/** A session that is taken out of the pool for one turn. Give it back with `release` or `discard`. */
export interface SessionLease {
  readonly session: EngineSession;
  readonly spec: SessionSpec;
  readonly placement: Placement;
  /** What it held when it was taken; absent for a new one. */
  readonly held?: HeldState;
}

/** A session that begins without a history. */
export type NewSession = Omit<SessionStart, "history">;

export interface PoolStats {
  readonly idle: number;
  readonly busy: number;
  readonly starting: number;
  readonly limit: number;
  readonly spares: { readonly ready: number; readonly starting: number; readonly limit: number };
  readonly memoryBytes?: number;
}

export interface SessionView {
  readonly id: string;
  readonly processId?: number;
  readonly isBusy: boolean;
}

/** Live Claude Code processes: those that hold conversations and those that wait for one. */
export interface SessionPool {
  /**
   * Takes the idle session that holds the state after this turn, if it was opened the same way and can take
   * this turn. By turn, not by state: two
   * conversations may say the same while Claude did different things in them. Synchronous, so two turns never get one.
   */
  takeHot(turnId: TurnId, spec: SessionSpec, turn: TurnInput): SessionLease | undefined;
  /** A session without history: a claimed spare, or a new process when none is ready or `withoutSpare` is set. */
  open(start: NewSession, signal: AbortSignal, withoutSpare?: boolean): Promise<SessionLease>;
  /** A new process that is given this history. */
  resume(start: SessionStart, placement: "resumed" | "imported", signal: AbortSignal): Promise<SessionLease>;
  /** After a turn that ended well: the session waits, holding this state. */
  release(lease: SessionLease, held: HeldState): void;
  /** After anything else: its process ends, in the background. */
  discard(lease: SessionLease): void;

  /** Keeps spares of these kinds from now on. */
  warm(kinds: readonly ProcessKind[]): void;
  /** Spares are of no use to this kind in this workspace: new processes are started for it from now on. */
  avoidSpares(spec: SessionSpec): void;
  /** What a session holds that is in this state, or was before its present turn; an idle one's first, of the same system text. */
  findHeld(stateHash: string, systemText: string): HeldState | undefined;
  /** The system text that the session was opened with that holds the state after this turn. */
  systemTextAfter(turnId: TurnId): string | undefined;
  /** The session that was used last for it. */
  viewConversation(id: ConversationId): SessionView | undefined;
  /** Ends the idle session of a conversation, if it has one. */
  evictConversation(id: ConversationId): Promise<void>;
  stats(): PoolStats;
  close(): Promise<void>;
}
