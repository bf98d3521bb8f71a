import type { StopReason } from "../../core/turn-event.ts";

export type FinishReason = "stop" | "length";

const FINISH_REASON: Readonly<Record<StopReason, FinishReason>> = {
  end: "stop",
  "stop-sequence": "stop",
  length: "length",
};

export function toFinishReason(reason: StopReason): FinishReason {
  return FINISH_REASON[reason];
}
