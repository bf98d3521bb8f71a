import type { ConversationId, PrincipalId, TurnId } from "../words/ids.ts";
import type { ProcessKind } from "../turn/process-kind.ts";
import type { Placement } from "../words/turn-event.ts";
import type {
  EngineSession,
  GivenHistory,
  KeptHistory,
  SessionSpec,
  SessionStart,
  TurnInput,
} from "./engine-session.ts";

/** What a session holds: the state after its last completed turn. */
export interface HeldState {
  readonly stateHash: string;
  readonly conversationId: ConversationId;
  readonly turnId: TurnId;
}

/** A session taken out of the pool for one turn. Return it with `release` or `discard`. */
export interface SessionLease {
  readonly session: EngineSession;
  readonly spec: SessionSpec;
  readonly placement: Placement;
  /** The state that it held when it was taken; absent for a new one. */
  readonly held?: HeldState;
}

/** Whose turn a worker is wanted for. */
export interface WorkerAsker {
  readonly principalId: PrincipalId;
  readonly conversationId: ConversationId;
}

/** A conversation that no process holds, kept to be given to the worker of its next turn. */
export interface KeptConversation {
  readonly held: HeldState;
  readonly model: string;
  readonly systemText: string;
  readonly history: KeptHistory;
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
  /** How many were closed since the start: idle for long, to make room or memory, or in doubt. */
  readonly closed: number;
}

export interface SessionView {
  readonly id: string;
  readonly processId?: number;
  readonly isBusy: boolean;
}

/** Live Claude Code processes: those that hold conversations and the spares that wait for one. */
export interface SessionPool {
  /**
   * Takes the idle session that holds the state after this turn, if it was opened the same way and can take this turn. By turn,
   * not by state: two conversations may have the same messages while Claude did different things in them. Synchronous, so two
   * turns never get the same one.
   */
  takeHot(turnId: TurnId, spec: SessionSpec, turn: TurnInput): SessionLease | undefined;
  /** A session without history: a claimed spare, or a new process when none is ready or `withoutSpare` is set. */
  open(start: NewSession, signal: AbortSignal, withoutSpare?: boolean): Promise<SessionLease>;
  /** A new process that receives this history. */
  resume(start: SessionStart, placement: "resumed" | "imported", signal: AbortSignal): Promise<SessionLease>;
  /**
   * A worker of this kind that has served no other principal, as soon as one is idle or has started.
   * @throws WorkersUnavailable see `Engine.startWorker`
   */
  takeWorker(
    spec: SessionSpec,
    asker: WorkerAsker,
    signal: AbortSignal,
  ): SessionLease | Promise<SessionLease>;
  /** After a worker's turn, however it ended: the worker becomes idle, or ends when it cannot be used again. */
  returnWorker(lease: SessionLease): void;
  /** Keeps a conversation after a worker's turn, as long as a session would be kept. */
  keep(conversation: KeptConversation): void;
  /** The history after this turn, if it is kept. */
  historyAfter(turnId: TurnId): GivenHistory | undefined;
  /**
   * A turn goes on with what is kept after this turn. Returns whether the conversation goes on where it stood, with the same model
   * and system text; otherwise another turn has taken it before and has not ended well, or not yet.
   */
  takeKept(turnId: TurnId, spec: Pick<KeptConversation, "model" | "systemText">): boolean;
  /** After a turn that ended well: the session becomes idle and holds this state. */
  release(lease: SessionLease, held: HeldState): void;
  /** In all other cases: the session's process is ended in the background. */
  discard(lease: SessionLease): void;

  /** Keeps spares of these kinds from now on. */
  warm(kinds: readonly ProcessKind[]): void;
  /** Spares are useless for this kind in this workspace: from now on, new processes are started for it. */
  avoidSpares(spec: SessionSpec): void;
  /**
   * The held state of a session that is in this state, or was before its current turn, and has the same system text; idle
   * sessions first. A kept conversation counts as an idle session.
   */
  findHeld(stateHash: string, systemText: string): HeldState | undefined;
  /** The system text with which the session that holds the state after this turn was opened. */
  systemTextAfter(turnId: TurnId): string | undefined;
  /** Whether a session holds the conversation, or it is kept for a worker. */
  holds(id: ConversationId): boolean;
  /** All conversations that it holds. */
  heldConversations(): readonly ConversationId[];
  /** The conversation's most recently used session, or the worker that runs its turn now. */
  viewConversation(id: ConversationId): SessionView | undefined;
  /** Closes the idle session of a conversation, if it has one. */
  evictConversation(id: ConversationId): Promise<void>;
  stats(): PoolStats;
  close(): Promise<void>;
}
