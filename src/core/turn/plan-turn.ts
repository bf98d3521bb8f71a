import { type ConversationId, newConversationId, type TurnId } from "../words/ids.ts";
import { usesClientTools } from "./has-client-tools.ts";
import type { Message } from "../words/message.ts";
import type { Conversation, ConversationStore } from "../ports/conversation-store.ts";
import type { SessionPool } from "../ports/session-pool.ts";
import { hashState } from "./state-hash.ts";
import type { TurnRequest } from "../words/turn-request.ts";

/** Where a turn belongs: its conversation, what it continues, and what is new. */
export interface TurnPlan {
  readonly conversationId: ConversationId;
  /** The conversation as recorded; absent for a new one. */
  readonly known?: Conversation;
  /** The conversation that a new one branches off. */
  readonly branchOf?: ConversationId;
  /** The system text that counts: a named conversation keeps its own when the request brings none. */
  readonly systemText: string;
  /** Its messages up to and with the new ones hold calls of client tools. */
  readonly usesClientTools: boolean;
  /** The state before the new messages. */
  readonly baseHash: string;
  /** The recorded turn that has this state. */
  readonly parentTurnId?: TurnId;
  /** What came before is known by the conversation's name alone. */
  readonly isContinuedByName?: true;
  /** The client's own account of what came before; empty when there is nothing. */
  readonly history: readonly Message[];
  /** What is to be said to Claude now; nothing when an approval is all that it waits for, or when its last answer is to go on. */
  readonly newMessages: readonly Message[];
}

/** What the live sessions hold; looked up before the store, and all there is when no content is kept. */
export type LiveSessions = Pick<SessionPool, "findHeld" | "systemTextAfter">;

interface RecordedTurn {
  readonly turnId: TurnId;
  readonly conversationId: ConversationId;
}

/** Finds the conversation that a request continues. See "continuity" in docs/architecture.md for the rules. */
export async function planTurn(
  request: TurnRequest,
  store: ConversationStore,
  sessions: LiveSessions,
): Promise<TurnPlan> {
  const { history, newMessages } = splitHistory(request);
  const baseHash = hashState(request, history);
  if (request.conversationName !== undefined) {
    return planNamed(request, request.conversationName, { history, newMessages, baseHash }, store, sessions);
  }
  const plan = {
    systemText: request.systemText,
    usesClientTools: request.messages.some(usesClientTools),
    baseHash,
    history,
    newMessages,
  };
  if (history.length === 0) return { ...plan, conversationId: newConversationId() };

  const held = sessions.findHeld(baseHash, request.systemText);
  const live = held && (await conversationAt(request, held, store));
  if (held && live) return { ...plan, conversationId: live.id, known: live, parentTurnId: held.turnId };
  const recorded = await recordedTurn(request, baseHash, store);
  const known = recorded && (await conversationAt(request, recorded, store));
  if (known) return { ...plan, conversationId: known.id, known, parentTurnId: recorded.turnId };
  // A branch, from the record only: a session may be all that its own conversation has.
  const parent = recorded && { parentTurnId: recorded.turnId, branchOf: recorded.conversationId };
  return { ...plan, conversationId: newConversationId(), ...parent };
}

/** The conversation that goes on from this turn unasked: an unnamed one, and only from its last turn. */
async function conversationAt(
  request: TurnRequest,
  turn: RecordedTurn,
  store: ConversationStore,
): Promise<Conversation | undefined> {
  const conversation = await store.findConversation(request.principalId, turn.conversationId);
  return conversation?.headTurnId === turn.turnId && conversation.name === undefined
    ? conversation
    : undefined;
}

/** A named conversation goes on from its own last turn, unless the client sends another history. */
async function planNamed(
  request: TurnRequest,
  name: string,
  split: Pick<TurnPlan, "history" | "newMessages" | "baseHash">,
  store: ConversationStore,
  sessions: LiveSessions,
): Promise<TurnPlan> {
  const known = await store.findConversation(request.principalId, name);
  const plan = {
    ...split,
    conversationId: known?.id ?? newConversationId(),
    ...(known ? { known } : {}),
    usesClientTools: request.messages.some(usesClientTools),
    systemText:
      request.systemText === "" && !request.isWholeSystemText
        ? keptSystemText(known, sessions)
        : request.systemText,
  };
  if (split.history.length === 0) {
    if (known?.headTurnId === undefined || request.isWholeHistory || beginsAnew(request, known)) return plan;
    // Only the new message: the history is the one on record.
    return {
      ...plan,
      usesClientTools: plan.usesClientTools || known.usesClientTools === true,
      baseHash: known.headStateHash ?? split.baseHash,
      parentTurnId: known.headTurnId,
      isContinuedByName: true,
    };
  }
  if (known?.headTurnId !== undefined && known.headStateHash === split.baseHash) {
    return { ...plan, parentTurnId: known.headTurnId };
  }
  const turn = await recordedTurn(request, split.baseHash, store);
  if (!turn) return plan;
  const branch = known ? {} : { branchOf: turn.conversationId };
  return { ...plan, parentTurnId: turn.turnId, ...branch };
}

/**
 * A client that sends histories has none: it begins another chat, under a name that it sends with all of them because it is in
 * the model's id. A name in the header is chosen for the conversation, and so is an id that an answer gave.
 */
function beginsAnew(request: TurnRequest, { id, sendsHistory }: Conversation): boolean {
  return request.isNameFromModel === true && request.conversationName !== id && sendsHistory === true;
}

/** Where no content is kept, only the live session knows what it was opened with. */
function keptSystemText(known: Conversation | undefined, sessions: LiveSessions): string {
  if (!known) return "";
  const held = known.headTurnId === undefined ? undefined : sessions.systemTextAfter(known.headTurnId);
  return held ?? known.systemText;
}

async function recordedTurn(
  request: TurnRequest,
  stateHash: string,
  store: ConversationStore,
): Promise<RecordedTurn | undefined> {
  const turn = await store.findTurnByState(request.principalId, stateHash);
  return turn && { turnId: turn.id, conversationId: turn.conversationId };
}

/** What was said before, up to the last answer, and what follows it. */
function splitHistory({ messages }: TurnRequest): Pick<TurnPlan, "history" | "newMessages"> {
  const lastAnswer = messages.findLastIndex((message) => message.role === "assistant");
  return { history: messages.slice(0, lastAnswer + 1), newMessages: messages.slice(lastAnswer + 1) };
}
