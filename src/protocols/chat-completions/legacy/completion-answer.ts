import { type TurnId, uniquePartOf } from "../../../core/words/ids.ts";
import type { StopReason } from "../../../core/words/turn-event.ts";

/** What is settled of a completion before it begins. */
export interface CompletionAnswer {
  /** The turn of the first choice. */
  readonly turnId: TurnId;
  readonly modelId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** What the text of each choice begins with; empty unless the prompt is to be echoed. */
  readonly beginnings: readonly string[];
}

export interface CompletionChoice {
  readonly text: string;
  readonly index: number;
  readonly logprobs: null;
  readonly finish_reason: "stop" | "length" | null;
}

/** The fields that a body and a chunk have in common. */
export function formatCompletionHead({ turnId, createdAt, modelId }: CompletionAnswer) {
  return {
    id: `cmpl-${uniquePartOf(turnId)}`,
    object: "text_completion" as const,
    created: Math.floor(createdAt / 1000),
    model: modelId,
  };
}

export function toCompletionFinish(reason: StopReason): "stop" | "length" {
  return reason === "end" || reason === "stop-sequence" ? "stop" : "length";
}
