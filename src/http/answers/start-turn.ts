import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { TurnRunner } from "../../core/ports/turn-runner.ts";
import type { TurnEvent } from "../../core/words/turn-event.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import type { BranchEvent } from "../../protocols/branch-event.ts";
import type { AppContext } from "../app-env.ts";
import { observeTurn } from "../../service/turns/observe-turn.ts";

export interface StartedTurn<Event extends BranchEvent = TurnEvent> {
  readonly events: AsyncIterable<Event>;
  /** Cancels the turn. This happens by itself when the client disconnects. */
  cancel(): void;
}

/** What it takes to run a turn. */
export interface TurnStarter {
  readonly runTurn: TurnRunner;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Runs a turn for one HTTP request: bound to its connection, noted in its record. */
export function startTurn(context: AppContext, starter: TurnStarter, request: TurnRequest): StartedTurn {
  const { record } = context.var;
  record.turnId ??= request.turnId;
  record.model = request.target.modelId;
  const abort = new AbortController();
  const signal = AbortSignal.any([abort.signal, context.req.raw.signal]);
  const { turnId, isOneOff } = request;
  const observer = { ...starter, record, ...(isOneOff && { isOneOff }) };
  return {
    events: observeTurn(starter.runTurn(request, signal), turnId, observer),
    cancel: () => abort.abort(),
  };
}
