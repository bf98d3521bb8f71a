import type { TerminalEvent, TurnEnd, TurnError } from "../../core/words/turn-event.ts";

/** A turn that Claude refused: an answer like any other in the Messages API. */
export interface Refusal extends TurnError {
  readonly error: TurnError["error"] & { readonly kind: "refusal" };
}

/** Whether the Messages API reports this end of a turn in a message rather than as an error. */
export function isAnswer(end: TerminalEvent): end is TurnEnd | Refusal {
  return end.type === "turn-end" || end.error.kind === "refusal";
}
