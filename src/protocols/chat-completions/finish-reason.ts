import type { StopReason } from "../../core/words/turn-event.ts";

export type FinishReason = "stop" | "length" | "tool_calls" | "function_call";

/** Limits that end an agent's work and that OpenAI has no finish reasons for. */
export type AgentStop = "max_turns" | "max_budget";

const FINISH_REASON: Readonly<Record<StopReason, FinishReason>> = {
  end: "stop",
  "stop-sequence": "stop",
  length: "length",
  "tool-calls": "tool_calls",
  // Cut by a limit, like the token limit; `claude.stop_reason` says which.
  "max-turns": "length",
  "max-budget": "length",
};

export function toFinishReason(reason: StopReason, isLegacyFunctions: boolean): FinishReason {
  const finishReason = FINISH_REASON[reason];
  return finishReason === "tool_calls" && isLegacyFunctions ? "function_call" : finishReason;
}

/** The value of `claude.stop_reason`, next to the finish reason. */
export function toAgentStop(reason: StopReason): AgentStop | undefined {
  if (reason === "max-turns") return "max_turns";
  return reason === "max-budget" ? "max_budget" : undefined;
}
