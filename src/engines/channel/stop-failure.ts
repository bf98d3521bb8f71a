import { AppError, type ErrorKind } from "../../core/words/app-error.ts";

/** Claude Code's words for why a turn failed. */
const KINDS: Readonly<Record<string, ErrorKind>> = {
  authentication_failed: "upstream-authentication",
  oauth_org_not_allowed: "upstream-permission",
  account_on_hold: "upstream-permission",
  verification_required: "upstream-permission",
  cloud_credential_error: "upstream-authentication",
  billing_error: "billing",
  rate_limit: "upstream-rate-limited",
  overloaded: "upstream-overloaded",
  server_error: "upstream-failed",
  invalid_request: "upstream-invalid-request",
  model_not_found: "upstream-not-found",
};

/** The hook tells the word and sometimes the API's own text. Only the word is passed on: the text may name what is private. */
export function failureOfStop(error: string): AppError {
  const kind = KINDS[error] ?? "upstream-failed";
  const why = error === "" ? "" : ` (${error.replaceAll("_", " ")})`;
  return new AppError({
    kind,
    message: `The request to the model's API failed in the Claude Code session${why}.`,
  });
}
