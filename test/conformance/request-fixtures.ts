import type { RequestEntry } from "../../src/core/words/request-entry.ts";
import { ALICE, conversationId, turnId } from "./store-fixtures.ts";

/** A request that went well; `number` makes its id and its moment. */
export function requestEntry(number: number, changes: Partial<RequestEntry> = {}): RequestEntry {
  const hex = number.toString(16).padStart(24, "0");
  const startedAt = 1_000_000_000_000 + number * 1_000;
  // Everything that a request can have: what is new is named by the compiler here, and must come back from the store.
  const whole: Required<Omit<RequestEntry, "error" | "tools" | "content">> = {
    id: `req_${hex}`,
    startedAt,
    endedAt: startedAt + 900,
    route: "POST /v1/chat/completions",
    status: 200,
    principalId: ALICE,
    client: "tester/1.0 \0 \ud800",
    protocol: "chat-completions",
    profile: "chat",
    modelId: "claude-code/opus",
    model: "opus",
    conversationId: conversationId(`conv_${number % 3}`),
    conversationName: `talk ${number % 3} \0`,
    turnId: turnId(`turn_${hex}`),
    turnCount: 1,
    placement: "hot",
    queueMs: 3,
    processMs: 40,
    firstTokenMs: 250,
    usage: {
      inputTokens: 1,
      cacheReadTokens: 20,
      cacheWriteTokens: 300,
      outputTokens: 4,
      reasoningTokens: 2,
    },
    costUsd: 0.25,
  };
  return { ...whole, ...changes };
}
