import type { StopReason } from "../../core/turn-event.ts";

export type FinishReason = "stop" | "length" | "tool_calls" | "function_call";

const FINISH_REASON: Readonly<Record<StopReason, FinishReason>> = {
  end: "stop",
  "stop-sequence": "stop",
  length: "length",
  "tool-calls": "tool_calls",
};

export function toFinishReason(reason: StopReason, isLegacyFunctions: boolean): FinishReason {
  const finishReason = FINISH_REASON[reason];
  return finishReason === "tool_calls" && isLegacyFunctions ? "function_call" : finishReason;
}
