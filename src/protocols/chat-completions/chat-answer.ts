import type { TurnId } from "../../core/ids.ts";

/** What each body and chunk of one answer repeats. */
export interface ChatAnswer {
  readonly turnId: TurnId;
  /** The model id as the client knows it. */
  readonly modelId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** The fields that a body and a chunk have in common. */
export function formatAnswerHead(answer: ChatAnswer) {
  return {
    id: `chatcmpl-${answer.turnId.replace(/^turn_/, "")}`,
    created: Math.floor(answer.createdAt / 1000),
    model: answer.modelId,
    service_tier: "default" as const,
  };
}
