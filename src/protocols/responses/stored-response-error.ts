import { AppError } from "../../core/words/app-error.ts";
import { RequestError } from "../request-error.ts";

/** Longer than any id of ours. */
const MAX_SHOWN_LENGTH = 64;

export function noSuchResponse(id: string): AppError {
  return new AppError({ kind: "not-found", message: `Response with id '${shorten(id)}' not found.` });
}

/** OpenAI's clients recognize this error by its code and send the whole conversation instead. */
export function noSuchPreviousResponse(id: string): RequestError {
  return new RequestError(
    "previous_response_not_found",
    `Previous response with id '${shorten(id)}' not found.`,
    "previous_response_id",
  );
}

/** The response has no end to continue from. */
export function unfinishedPreviousResponse(id: string, status: string): RequestError {
  const words = status === "queued" || status === "in_progress" ? "is not finished yet" : `was not completed`;
  return new RequestError(
    "invalid_value",
    `The previous response '${shorten(id)}' ${words} (status: ${status}). Go on from a response that is completed or incomplete.`,
    "previous_response_id",
  );
}

export function noStreamOf(id: string): RequestError {
  return new RequestError(
    "invalid_value",
    `The response '${shorten(id)}' cannot be streamed: it was not created with stream=true.`,
    "stream",
  );
}

export function notInBackground(): RequestError {
  return new RequestError(
    null,
    "Cannot cancel a synchronous response. Only responses created with background=true can be cancelled; to cancel another one, end its connection.",
  );
}

export function noSuchItem(id: string): RequestError {
  return new RequestError(
    "invalid_value",
    `Invalid 'after': no item with id '${shorten(id)}' found.`,
    "after",
  );
}

function shorten(id: string): string {
  return id.slice(0, MAX_SHOWN_LENGTH);
}
