import type { ErrorKind } from "../../../core/words/app-error.ts";
import type { Failure } from "./failure.ts";

/** Statuses of the Messages API, according to its error documentation and to what Claude Code reports for each. */
const BY_STATUS: Readonly<Record<number, ErrorKind>> = {
  400: "upstream-invalid-request",
  401: "upstream-authentication",
  402: "billing",
  403: "upstream-permission",
  404: "upstream-not-found",
  408: "upstream-failed",
  409: "upstream-failed",
  413: "upstream-too-large",
  429: "upstream-rate-limited",
  503: "upstream-overloaded",
  529: "upstream-overloaded",
};

/** Error codes of Claude Code's own. */
const BY_CODE: Readonly<Record<string, ErrorKind>> = {
  billing_error: "billing",
  rate_limit: "upstream-rate-limited",
  model_not_found: "upstream-not-found",
};

/** Causes that decide by themselves, even without a status. */
const BY_CAUSE: Readonly<Record<string, ErrorKind>> = {
  claude_code_version_too_old: "engine-outdated",
  model_requires_usage_credits: "billing",
  long_context_credits_required: "billing",
  stream_idle_timeout: "timeout",
  no_response: "timeout",
};

/** Claude Code has a login, but it is not accepted. */
const LOGIN_CODES = new Set([
  "authentication_failed",
  "oauth_org_not_allowed",
  "account_on_hold",
  "verification_required",
]);

/** A limit on what an account may spend (the tier's, the contract's or the owner's own), or nothing left to spend. */
const SPENT_CODE = /spend_(?:limit|cap)|credits?_required|out_of_credits|payment_required/;
/** The same in words: the owner's own limits come without a code, as a 400. */
const SPENT_WORDS =
  /credit balance is too low|reached your specified (?:\w+ )?API usage limits|reached .{0,80}\bspend(?:ing)? limit|usage credits are required/i;
const TOO_OLD =
  /\bClaude Code \S+ (?:does not support this model; version|is older than the minimum version|or later is required)/;

/** The kind of error that a failed turn is reported as. */
export function failureKind(failure: Failure): ErrorKind {
  const { status, code, cause, apiCode, terminalReason, text } = failure;
  if (status === undefined && /not logged in|please run \/login|invalid api key/i.test(text)) {
    return "not-logged-in";
  }
  if (terminalReason === "prompt_too_long" || terminalReason === "blocking_limit") {
    return "context-length-exceeded";
  }
  if (failure.stopReason === "refusal") return "refusal";
  const byCause = BY_CAUSE[apiCode ?? ""] ?? BY_CAUSE[cause ?? ""];
  if (byCause) return byCause;
  if (TOO_OLD.test(text)) return "engine-outdated";
  if (hasSpentAll(failure)) return "billing";
  const byCode = BY_CODE[code ?? ""];
  if (byCode) return byCode;
  if (status !== undefined) {
    return BY_STATUS[status] ?? (status >= 500 ? "upstream-failed" : "upstream-invalid-request");
  }
  if (LOGIN_CODES.has(code ?? "")) return "upstream-authentication";
  if (/^(?:API Error: )?Request timed out/.test(text)) return "timeout";
  // Claude Code itself sends no image that is larger than the API accepts.
  return terminalReason === "image_error" ? "upstream-invalid-request" : "upstream-failed";
}

function hasSpentAll({ status, apiType, apiCode, text }: Failure): boolean {
  if (status === 402 || apiType === "billing_error" || SPENT_CODE.test(apiCode ?? "")) return true;
  return (status === 400 || status === 429) && SPENT_WORDS.test(text);
}
