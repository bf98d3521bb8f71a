import type { ConversationDetails } from "../../core/ports/conversation-directory.ts";
import type { ConversationSummary, StoredTurn } from "../../core/ports/conversation-store.ts";
import { messageText, type Message } from "../../core/words/message.ts";

/** Turnpike's own conversation object. Times are milliseconds since the epoch; `updated_at` pages a list. */
export interface ConversationBody {
  readonly id: string;
  readonly object: "conversation";
  readonly name: string | null;
  readonly profile: string;
  readonly model: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly turn_count: number;
  readonly is_hot: boolean;
}

export interface ConversationListBody {
  readonly object: "list";
  readonly data: readonly ConversationBody[];
  readonly has_more: boolean;
}

interface TurnBody {
  readonly id: string;
  readonly status: string;
  readonly placement: string;
  readonly model: string;
  readonly started_at: number;
  readonly first_token_at: number | null;
  readonly ended_at: number | null;
  readonly input: readonly MessageBody[];
  readonly answer: MessageBody | null;
  readonly error: string | null;
  readonly usage: {
    readonly input_tokens: number;
    readonly cache_read_tokens: number;
    readonly cache_write_tokens: number;
    readonly output_tokens: number;
    readonly reasoning_tokens: number;
  } | null;
  readonly cost_usd: number | null;
}

interface MessageBody {
  readonly role: string;
  readonly content: string;
}

export interface ConversationDetailsBody extends ConversationBody {
  readonly session: {
    readonly id: string;
    readonly process_id: number | null;
    readonly is_busy: boolean;
  } | null;
  readonly turns: readonly TurnBody[];
}

export function formatConversation(conversation: ConversationSummary, isHot: boolean): ConversationBody {
  return {
    id: conversation.id,
    object: "conversation",
    name: conversation.name ?? null,
    profile: conversation.profile,
    model: conversation.model,
    created_at: conversation.createdAt,
    updated_at: conversation.updatedAt,
    turn_count: conversation.turnCount,
    is_hot: isHot,
  };
}

export function formatConversationDetails(conversation: ConversationDetails): ConversationDetailsBody {
  const { session, isHot } = conversation;
  return {
    ...formatConversation(conversation, isHot),
    session: session
      ? { id: session.id, process_id: session.processId ?? null, is_busy: session.isBusy }
      : null,
    turns: conversation.turns.map(formatTurn),
  };
}

function formatTurn(turn: StoredTurn): TurnBody {
  const { usage } = turn;
  return {
    id: turn.id,
    status: turn.status,
    placement: turn.placement,
    model: turn.model,
    started_at: turn.startedAt,
    first_token_at: turn.firstTokenAt ?? null,
    ended_at: turn.endedAt ?? null,
    input: turn.input.map(formatMessage),
    answer: turn.answer ? formatMessage(turn.answer) : null,
    error: turn.errorKind ?? null,
    usage: usage
      ? {
          input_tokens: usage.inputTokens,
          cache_read_tokens: usage.cacheReadTokens,
          cache_write_tokens: usage.cacheWriteTokens,
          output_tokens: usage.outputTokens,
          reasoning_tokens: usage.reasoningTokens,
        }
      : null,
    cost_usd: turn.costUsd ?? null,
  };
}

function formatMessage(message: Message): MessageBody {
  return { role: message.role, content: messageText(message) };
}
