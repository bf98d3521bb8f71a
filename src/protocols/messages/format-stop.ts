import type { StopReason, TurnEnd } from "../../core/words/turn-event.ts";
import type { Refusal } from "./is-answer.ts";

export type MessageStopReason =
  | "end_turn"
  | "max_tokens"
  | "model_context_window_exceeded"
  | "stop_sequence"
  | "tool_use"
  | "pause_turn"
  | "refusal";

const STOP_REASON: Readonly<Record<StopReason, MessageStopReason>> = {
  end: "end_turn",
  "stop-sequence": "stop_sequence",
  length: "max_tokens",
  "tool-calls": "tool_use",
  // Claude was in the middle of its work and can continue: what the API means by a pause.
  "max-turns": "pause_turn",
  "max-budget": "pause_turn",
};

const WINDOW_FULL = "model_context_window_exceeded";

/** Why a message ended. For the Messages API a refusal is an answer, too: a message with that stop reason. */
export function formatStop(end: TurnEnd | Refusal) {
  if (end.type === "turn-error") {
    return {
      stop_reason: "refusal" as const,
      stop_sequence: null,
      stop_details: {
        type: "refusal" as const,
        category: end.error.refusalCategory ?? null,
        explanation: end.error.message,
      },
    };
  }
  return {
    stop_reason: end.isWindowFull === true ? WINDOW_FULL : STOP_REASON[end.reason],
    stop_sequence: end.stopSequence ?? null,
    stop_details: null,
  };
}
