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

const STATUS_KINDS: Readonly<Record<string, ErrorKind>> = {
  400: "upstream-invalid-request",
  401: "upstream-authentication",
  402: "billing",
  403: "upstream-permission",
  404: "upstream-not-found",
  413: "upstream-too-large",
  429: "upstream-rate-limited",
  503: "upstream-overloaded",
  529: "upstream-overloaded",
};

/**
 * The hook tells a word, which may be `unknown`, and the text that the person is shown: "API Error: 400 …". Only the word is passed
 * on: the text may name what is private.
 */
export function failureOfStop(error: string, shown: string): AppError {
  const status = /^API Error: (\d{3})\b/.exec(shown)?.[1] ?? "";
  const kind = KINDS[error] ?? STATUS_KINDS[status] ?? "upstream-failed";
  const why = error === "" ? "" : ` (${error.replaceAll("_", " ")})`;
  return new AppError({
    kind,
    message: `The request to the model's API failed in the Claude Code session${why}.`,
  });
}
