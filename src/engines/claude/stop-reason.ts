import type { StopReason } from "../../core/words/turn-event.ts";

const STOP_REASON: Readonly<Record<string, StopReason>> = {
  stop_sequence: "stop-sequence",
  tool_deferred: "tool-calls",
  tool_use: "tool-calls",
};

/** Whether the answer was cut: by the request's limit of tokens, or because the model's window is full. */
export function endsByLimit(told: string | null): boolean {
  return told === "max_tokens" || told === WINDOW_FULL;
}

export const WINDOW_FULL = "model_context_window_exceeded";

/** Why a turn that no limit cut has ended, by the word that Claude Code passes on from the model's API. */
export function stopReasonOf(told: string | null | undefined): StopReason {
  return STOP_REASON[told ?? ""] ?? "end";
}
