import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { TurnRunner } from "../../core/ports/turn-runner.ts";
import type { TurnEvent } from "../../core/words/turn-event.ts";
import type { TurnRequest } from "../../core/words/turn-request.ts";
import type { BatchStream } from "../../lib/batch-stream.ts";
import { through } from "../../lib/staged-stream.ts";
import type { BranchEvent } from "../../protocols/branch-event.ts";
import { beginNote } from "./turn-note.ts";
import { observeTurn, type TurnObserver } from "./observe-turn.ts";
import { requestDeadline } from "./request-deadline.ts";
import type { RequestRecord } from "./request-record.ts";

export interface StartedTurn<Event extends BranchEvent = TurnEvent> {
  readonly events: BatchStream<Event>;
  /** Cancels the turn. This happens by itself when the client disconnects. */
  cancel(): void;
}

/** What is needed to run a turn. */
export interface TurnStarter {
  readonly runTurn: TurnRunner;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly findUse?: TurnObserver["findUse"];
  /** What is asked and answered is kept with every request, whatever its key says. */
  readonly keepsContent?: () => boolean;
}

/**
 * Runs a turn for one request, within the request's deadline, and notes it in the request's record. `signal` aborts when nobody
 * wants the turn any more.
 */
export function startTurn(
  { runTurn, clock, logger, findUse, keepsContent }: TurnStarter,
  request: TurnRequest,
  record: RequestRecord,
  signal?: AbortSignal,
): StartedTurn {
  record.model = request.target.modelId;
  const abort = new AbortController();
  const wanted = signal ? AbortSignal.any([abort.signal, signal]) : abort.signal;
  const deadline = requestDeadline(request.timeoutMs, wanted);
  const { turnId, isOneOff } = request;
  const note = beginNote(request, clock(), keepsContent?.() === true || record.keepsContent === true);
  (record.turns ??= []).push(note);
  const asked = record.client === undefined ? request : { ...request, client: record.client };
  const observer = {
    clock,
    logger,
    record,
    note,
    ...(findUse && { findUse }),
    ...(isOneOff && { isOneOff }),
  };
  const observed = observeTurn(turnId, observer);
  return {
    events: through(runTurn(asked, deadline.signal), {
      ...observed,
      close() {
        deadline.cancel();
        observed.close?.();
      },
    }),
    cancel: () => abort.abort(),
  };
}
