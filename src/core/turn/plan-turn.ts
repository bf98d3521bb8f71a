import { type ConversationId, newConversationId, type TurnId } from "../words/ids.ts";
import { usesClientTools } from "./has-client-tools.ts";
import type { AnswerMessage, Message } from "../words/message.ts";
import type { Conversation, ConversationStore } from "../ports/conversation-store.ts";
import type { SessionPool } from "../ports/session-pool.ts";
import { hashState } from "./state-hash.ts";
import type { TurnRequest } from "../words/turn-request.ts";

/** Where a turn belongs: its conversation, what it continues, and what is new. */
export interface TurnPlan {
  readonly conversationId: ConversationId;
  /** The conversation as recorded; absent for a new one. */
  readonly known?: Conversation;
  /** The conversation that a new one branches off from. */
  readonly branchOf?: ConversationId;
  /** The system text that applies: a named conversation keeps its own when the request brings none. */
  readonly systemText: string;
  /** Whether the conversation, including the new messages, contains calls of client tools. */
  readonly usesClientTools: boolean;
  /** The state before the new messages. */
  readonly baseHash: string;
  /** The recorded turn that has this state. */
  readonly parentTurnId?: TurnId;
  /** The request brings no history: what came before is found by the conversation's name alone. */
  readonly isContinuedByName?: true;
  /** What came before, as the client sends it; may be empty. */
  readonly history: readonly Message[];
  /** What Claude is told now; empty when it only waits for an approval, or when its last answer is to be continued. */
  readonly newMessages: readonly Message[];
}

/** What the live sessions hold. It is looked up before the store, and is all there is when no content is kept. */
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
  // A branch continues from the record only: a live session may be all that its own conversation has.
  const parent = recorded && { parentTurnId: recorded.turnId, branchOf: recorded.conversationId };
  return { ...plan, conversationId: newConversationId(), ...parent };
}

/** The conversation that continues from this turn without being named: an unnamed one, and only from its last turn. */
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

/** A named conversation continues from its own last turn, unless the client sends a different history. */
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
    // The client sent only the new message, so the recorded history counts.
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
 * Whether a client that usually sends the history, and sends none now, begins another chat: the name in its model id is the same
 * for all its chats. A name in the header, or an id that an answer gave, is chosen for one conversation.
 */
function beginsAnew(request: TurnRequest, { id, sendsHistory }: Conversation): boolean {
  return request.isNameFromModel === true && request.conversationName !== id && sendsHistory === true;
}

/** The conversation's own system text. When no content is kept, only the live session knows what it was opened with. */
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

/**
 * Splits the messages into the history, up to the last answer, and the new ones after it. An answer of white space at the end is
 * nothing that could be continued.
 */
function splitHistory(request: TurnRequest): Pick<TurnPlan, "history" | "newMessages"> {
  const end = request.messages.findLastIndex((message) => message.role !== "assistant" || !isBlank(message));
  const messages = request.messages.slice(0, end + 1);
  const lastAnswer = messages.findLastIndex((message) => message.role === "assistant");
  return { history: messages.slice(0, lastAnswer + 1), newMessages: messages.slice(lastAnswer + 1) };
}

/** An answer of nothing at all stands for a turn that goes on, such as after an approval. */
function isBlank({ content }: AnswerMessage): boolean {
  const texts = content.map((part) => (part.type === "text" ? part.text : undefined));
  return texts.join("") !== "" && texts.every((text) => text?.trim() === "");
}
