import type { TurnRunner } from "../core/ports/turn-runner.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { TurnEvent } from "../core/turn-event.ts";
import type { TurnRequest } from "../core/turn-request.ts";
import type { AppContext } from "./app-env.ts";
import { observeTurn } from "./observe-turn.ts";

export interface StartedTurn {
  readonly events: AsyncIterable<TurnEvent>;
  /** Cancels the turn. It is cancelled by itself when the client disconnects. */
  cancel(): void;
}

/** Runs a turn for one HTTP request: bound to its connection, noted in its record. */
export function startTurn(
  context: AppContext,
  { runTurn, clock }: { readonly runTurn: TurnRunner; readonly clock: Clock },
  request: TurnRequest,
): StartedTurn {
  const { record } = context.var;
  record.turnId = request.turnId;
  record.model = request.target.modelId;
  const abort = new AbortController();
  const signal = AbortSignal.any([abort.signal, context.req.raw.signal]);
  return {
    events: observeTurn(runTurn(request, signal), record, clock),
    cancel: () => abort.abort(),
  };
}
