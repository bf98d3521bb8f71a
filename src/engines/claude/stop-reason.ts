import type { StopReason } from "../../core/words/turn-event.ts";

const STOP_REASON: Readonly<Record<string, StopReason>> = {
  stop_sequence: "stop-sequence",
  tool_deferred: "tool-calls",
  tool_use: "tool-calls",
};

/** Why a turn that no limit cut has ended, by the word that Claude Code passes on from the model's API. */
export function stopReasonOf(told: string | null | undefined): StopReason {
  return STOP_REASON[told ?? ""] ?? "end";
}
