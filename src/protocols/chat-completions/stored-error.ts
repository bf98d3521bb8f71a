import { AppError } from "../../core/words/app-error.ts";
import { RequestError } from "../request-error.ts";

/** Longer than any id of ours. */
const MAX_SHOWN_LENGTH = 64;

export function noSuchCompletion(id: string): AppError {
  return new AppError({
    kind: "not-found",
    message: `Chat completion with id '${id.slice(0, MAX_SHOWN_LENGTH)}' not found. Chat completions are only kept when \`store\` is set to true.`,
  });
}

export function noSuchCursor(kind: "chat completion" | "message", id: string): RequestError {
  return new RequestError(
    "invalid_value",
    `Invalid 'after': no ${kind} with id '${id.slice(0, MAX_SHOWN_LENGTH)}' found.`,
    "after",
  );
}
