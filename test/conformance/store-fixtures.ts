import type { ConversationId, PrincipalId, TurnId } from "../../src/core/words/ids.ts";
import type { Message, MessageRole } from "../../src/core/words/message.ts";
import type { Conversation, NewTurn, TurnOutcome } from "../../src/core/ports/conversation-store.ts";

// Proof for the casts: any text may stand for an id in a test.
export const principalId = (text: string) => text as PrincipalId;
export const conversationId = (text: string) => text as ConversationId;
export const turnId = (text: string) => text as TurnId;

export const ALICE = principalId("alice");
export const BOB = principalId("bob");

export function message(role: Exclude<MessageRole, "tool">, text: string): Message {
  return { role, content: [{ type: "text", text }] };
}

export function conversation(id: string, changes: Partial<Conversation> = {}): Conversation {
  return {
    id: conversationId(id),
    principalId: ALICE,
    profile: "default",
    model: "sonnet",
    systemText: "Be brief.",
    createdAt: 1_000,
    updatedAt: 1_000,
    ...changes,
  };
}

export function newTurn(id: string, of: Conversation, changes: Partial<NewTurn> = {}): NewTurn {
  return {
    id: turnId(id),
    conversationId: of.id,
    principalId: of.principalId,
    placement: "spare",
    protocol: "chat-completions",
    profile: of.profile,
    model: of.model,
    input: [message("user", `question of ${id}`)],
    startedAt: 2_000,
    ...changes,
  };
}

export function outcome(changes: Partial<TurnOutcome> = {}): TurnOutcome {
  return {
    status: "completed",
    answer: message("assistant", "an answer"),
    transcript: [{ role: "assistant", content: [{ type: "text", text: "an answer" }] }],
    usage: {
      inputTokens: 1,
      cacheReadTokens: 20,
      cacheWriteTokens: 300,
      outputTokens: 4,
      reasoningTokens: 2,
    },
    costUsd: 0.012_345_678_9,
    firstTokenAt: 2_500,
    endedAt: 3_000,
    ...changes,
  };
}
