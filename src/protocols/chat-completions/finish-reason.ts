import type { StopReason } from "../../core/words/turn-event.ts";

export type FinishReason = "stop" | "length" | "tool_calls" | "function_call";

/** Limits that end an agent's work, which OpenAI has no words for. */
export type AgentStop = "max_turns" | "max_budget";

const FINISH_REASON: Readonly<Record<StopReason, FinishReason>> = {
  end: "stop",
  "stop-sequence": "stop",
  length: "length",
  "tool-calls": "tool_calls",
  // Cut by a limit like the one on tokens; which one it was is told beside it.
  "max-turns": "length",
  "max-budget": "length",
};

export function toFinishReason(reason: StopReason, isLegacyFunctions: boolean): FinishReason {
  const finishReason = FINISH_REASON[reason];
  return finishReason === "tool_calls" && isLegacyFunctions ? "function_call" : finishReason;
}

/** What `claude.stop_reason` says beside the finish reason. */
export function toAgentStop(reason: StopReason): AgentStop | undefined {
  if (reason === "max-turns") return "max_turns";
  return reason === "max-budget" ? "max_budget" : undefined;
}
