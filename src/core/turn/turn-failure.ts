import { AppError, toAppError } from "../words/app-error.ts";
import type { TurnError } from "../words/turn-event.ts";
import { NO_USE } from "../words/usage.ts";

export const CANCELLED = new AppError({ kind: "cancelled", message: "The request was cancelled." });

/** Why the server or the client ended the turn. */
export function abortReason({ reason }: AbortSignal): AppError {
  return reason instanceof AppError ? reason : CANCELLED;
}

/** What a turn failed with. The error that an aborted start throws may be a different one than the reason of the abort. */
export function failureOf(thrown: unknown, signal: AbortSignal): AppError {
  return signal.aborted && !(thrown instanceof AppError) ? abortReason(signal) : toAppError(thrown);
}

/** The end of a turn that has used nothing, or of which nothing is known. */
export function failedTurn(thrown: unknown): TurnError {
  return { type: "turn-error", error: toAppError(thrown).info, ...NO_USE };
}
