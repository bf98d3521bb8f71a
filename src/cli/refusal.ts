import { AppError, type ErrorKind } from "../core/words/app-error.ts";
import { UnusableStore } from "../core/words/unusable-store.ts";
import type { CommandContext } from "./command-context.ts";
import { ControlError, NoAnswerError } from "./daemon/control-client.ts";

/** What was refused, or could not be asked: its message is a line for the person. */
type Refusal = AppError | ControlError | NoAnswerError | UnusableStore;

/** By HTTP status, as the admin API refuses. */
const CODES: Readonly<Record<number, string>> = {
  400: "invalid_request",
  401: "forbidden",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  503: "unavailable",
};

/** The same where there is no server between. */
const KIND_CODES: Readonly<Partial<Record<ErrorKind, string>>> = {
  "invalid-request": "invalid_request",
  unauthorized: "forbidden",
  forbidden: "forbidden",
  "not-found": "not_found",
  conflict: "conflict",
  "store-unavailable": "unavailable",
};

export function isRefusal(error: unknown): error is Refusal {
  return (
    error instanceof AppError ||
    error instanceof ControlError ||
    error instanceof NoAnswerError ||
    error instanceof UnusableStore
  );
}

/** Tells the person, and notes for programs what kind of refusal it was. Resolves with the exit code; throws whatever is none. */
export function tellRefusal(error: unknown, { terminal, noteFailure }: CommandContext): number {
  if (!isRefusal(error)) throw error;
  terminal.printError(error.message);
  const code = codeOf(error);
  if (code !== undefined) noteFailure?.(code);
  return 1;
}

function codeOf(error: Refusal): string | undefined {
  if (error instanceof NoAnswerError) return "not_answering";
  if (error instanceof UnusableStore) return "unavailable";
  return error instanceof ControlError ? CODES[error.status] : KIND_CODES[error.info.kind];
}
