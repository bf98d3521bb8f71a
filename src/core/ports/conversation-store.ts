import type { ErrorKind } from "../words/app-error.ts";
import type { ConversationId, PrincipalId, TurnId } from "../words/ids.ts";
import type { Message } from "../words/message.ts";
import type { TranscriptEntry } from "../words/transcript.ts";
import type { Placement } from "../words/turn-event.ts";
import type { TurnUse } from "../words/usage.ts";

/** A line of turns under one name. Its head is the turn that the next one continues. */
export interface Conversation {
  readonly id: ConversationId;
  readonly principalId: PrincipalId;
  /** The client's name for it, unique per principal. A conversation without a name is addressed by its id. */
  readonly name?: string;
  readonly profile: string;
  readonly model: string;
  /** Empty when it is not kept. */
  readonly systemText: string;
  /** Its lineage contains calls of client tools. */
  readonly usesClientTools?: true;
  /** One of its turns came with the preceding history: its client sends the whole history again each time. */
  readonly sendsHistory?: true;
  /** The last completed turn; absent until one has completed. Only `finishTurn` moves it. */
  readonly headTurnId?: TurnId;
  /** The state after the head; kept without content too, because a live session may hold it. */
  readonly headStateHash?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type TurnStatus = "running" | "completed" | "failed" | "cancelled";

/** A turn at its beginning. */
export interface NewTurn {
  readonly id: TurnId;
  readonly conversationId: ConversationId;
  readonly principalId: PrincipalId;
  /** The turn whose state this one continues; absent for the first and for an imported history. */
  readonly parentTurnId?: TurnId;
  readonly placement: Placement;
  readonly protocol: string;
  readonly profile: string;
  readonly model: string;
  /** What this turn adds to its parent's state: the new messages, or the whole history when it has no parent. */
  readonly input: readonly Message[];
  readonly startedAt: number;
}

/** A turn that a server has left running. */
export interface AbandonedTurn extends Omit<NewTurn, "parentTurnId" | "input"> {
  /** Of its conversation, if that has one. */
  readonly conversationName?: string;
}

/** How a turn ended. */
export interface TurnOutcome extends TurnUse {
  readonly status: Exclude<TurnStatus, "running">;
  /** Identifies the state after this turn; only completed turns have one. */
  readonly stateHash?: string;
  /** The answer as the client saw it. */
  readonly answer?: Message;
  /** Claude's own messages in this turn, tool calls and results included, without the input. */
  readonly transcript: readonly TranscriptEntry[];
  readonly errorKind?: ErrorKind;
  readonly firstTokenAt?: number;
  readonly endedAt: number;
}

/** When content is not kept, `input` is empty, and answer, transcript and state hash are absent. */
export interface StoredTurn extends NewTurn, Partial<Omit<TurnOutcome, "status">> {
  readonly status: TurnStatus;
}

export interface ConversationSummary extends Conversation {
  /** Turns of every status that belong to it. */
  readonly turnCount: number;
}

/**
 * Conversations and their turns. Everything is scoped by principal: no method returns what another principal owns.
 * Implementations keep content (system text, input, answer, transcript) only as far as retention allows; the rest is always
 * kept.
 */
export interface ConversationStore {
  /** By the client's name or by id; an id wins over a name. */
  findConversation(principalId: PrincipalId, nameOrId: string): Promise<Conversation | undefined>;
  /**
   * Newest activity first. `before` is the `updatedAt` of the previous page's last conversation. A page has more than `limit`
   * entries when several were active in the same millisecond as its last one, so that none is lost between pages.
   */
  listConversations(
    principalId: PrincipalId,
    page: { readonly limit: number; readonly before?: number },
  ): Promise<readonly ConversationSummary[]>;
  /** The turns of a conversation's current line, root first: the head and its ancestors. */
  listTurns(principalId: PrincipalId, id: ConversationId): Promise<readonly StoredTurn[]>;
  /**
   * Deletes a conversation. Turns that another conversation still builds on are moved to it, all others are deleted. False when
   * there is none.
   */
  deleteConversation(principalId: PrincipalId, id: ConversationId): Promise<boolean>;

  /**
   * Records the conversation (new, or with a changed model, profile and system text) and its beginning turn, atomically. If
   * another conversation took the name since the caller looked for it, the turn joins that one.
   * @throws AppError `not-found` when the parent has been deleted or is another principal's
   */
  beginTurn(conversation: Conversation, turn: NewTurn): Promise<void>;
  /**
   * Records the end; a completed turn becomes the conversation's head in the same transaction. Does nothing when the
   * conversation was deleted while the turn ran, or when the turn was already failed as abandoned.
   */
  finishTurn(id: TurnId, outcome: TurnOutcome): Promise<void>;

  /** The latest completed turn of this principal whose state has this hash and whose content is still kept. */
  findTurnByState(principalId: PrincipalId, stateHash: string): Promise<StoredTurn | undefined>;
  /** The turn and its ancestors, root first, when the content of all of them is still kept; otherwise undefined. */
  loadLineage(principalId: PrincipalId, id: TurnId): Promise<readonly StoredTurn[] | undefined>;

  /** Marks running turns of servers whose lease has ended (see `nodes`) as failed, and returns these. */
  failAbandonedTurns(endedAt: number): Promise<readonly AbandonedTurn[]>;
  /** Deletes the content of turns that ended before this time, and system texts last used before it. */
  purgeContent(olderThan: number): Promise<void>;
  close(): Promise<void>;
}
