import type { TurnEvent } from "../words/turn-event.ts";
import type { TurnRequest } from "../words/turn-request.ts";

/**
 * Runs one turn, from admission to its record. The stream never throws: it consists of `turn-start`, the events, then exactly
 * one terminal event; or a single `turn-error` when the turn could not start. Aborting `signal` cancels in every state. The
 * turn does not advance faster than the stream is read.
 */
export type TurnRunner = (request: TurnRequest, signal: AbortSignal) => AsyncIterable<TurnEvent>;
