import type { TerminalEvent, TurnEnd, TurnError } from "../../core/words/turn-event.ts";

/** A turn that Claude refused: an answer like any other in the Messages API. */
export interface Refusal extends TurnError {
  readonly error: TurnError["error"] & { readonly kind: "refusal" };
}

/** Whether a turn's end is one that the Messages API tells in a message, rather than as an error. */
export function isAnswer(end: TerminalEvent): end is TurnEnd | Refusal {
  return end.type === "turn-end" || end.error.kind === "refusal";
}
