import type { ErrorInfo, ErrorKind } from "../../core/app-error.ts";

/** What Claude Code said about a turn that failed, gathered from its messages. */
export interface Failure {
  /** HTTP status of the model's API; absent when there was no answer. */
  readonly status?: number | undefined;
  /** Claude Code's own word for it, such as `rate_limit`. */
  readonly code?: string | undefined;
  readonly terminalReason?: string | undefined;
  readonly stopReason?: string | undefined;
  /** Text for people: the API's message, or Claude Code's. */
  readonly text: string;
  readonly retryAfterMs?: number | undefined;
}

const DEFAULT_RETRY_AFTER_MS = 5_000;
const MAX_TEXT_CHARACTERS = 1_000;

/** Statuses of the Messages API. Source: its error documentation, and what Claude Code reports for each. */
const KIND_BY_STATUS: Readonly<Record<number, ErrorKind>> = {
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

const KIND_BY_CODE: Readonly<Record<string, ErrorKind>> = {
  billing_error: "billing",
  rate_limit: "upstream-rate-limited",
  model_not_found: "upstream-not-found",
};

/** A failed turn as an error for the client. */
export function mapFailure(failure: Failure): ErrorInfo {
  const kind = failureKind(failure);
  const detail = cleanText(failure.text);
  const info: ErrorInfo = { kind, message: describe(kind, detail) };
  if (kind !== "upstream-rate-limited" && kind !== "upstream-overloaded") return info;
  return { ...info, retryAfterMs: failure.retryAfterMs ?? DEFAULT_RETRY_AFTER_MS };
}

function failureKind(failure: Failure): ErrorKind {
  if (
    /not logged in|please run \/login|invalid api key/i.test(failure.text) &&
    failure.status === undefined
  ) {
    return "not-logged-in";
  }
  if (failure.terminalReason === "prompt_too_long" || failure.terminalReason === "blocking_limit") {
    return "context-length-exceeded";
  }
  if (failure.stopReason === "refusal") return "refusal";
  const byCode = failure.code === undefined ? undefined : KIND_BY_CODE[failure.code];
  if (byCode) return byCode;
  if (failure.status === undefined) {
    // Claude Code itself sends no image that is larger than the API takes.
    return failure.terminalReason === "image_error" ? "upstream-invalid-request" : "upstream-failed";
  }
  return (
    KIND_BY_STATUS[failure.status] ?? (failure.status >= 500 ? "upstream-failed" : "upstream-invalid-request")
  );
}

function describe(kind: ErrorKind, detail: string): string {
  switch (kind) {
    case "not-logged-in":
      return "Claude Code is not logged in. Set ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN for the server, or run `claude` once and log in.";
    case "upstream-authentication":
      return `The model's API refused the server's own credentials (this is not about your key): ${detail}`;
    case "upstream-permission":
      return `The model's API denied access to the server's account: ${detail}`;
    case "refusal":
      return `Claude declined to answer this request. ${detail}`.trim();
    case "context-length-exceeded":
      return `The conversation is longer than the model's context window. Shorten it or start a new one. ${detail}`.trim();
    case "billing":
      return `The account behind Claude Code cannot pay for this request: ${detail}`;
    case "upstream-rate-limited":
      return `The account behind Claude Code has reached a rate limit: ${detail}`;
    case "upstream-overloaded":
      return `The model's API is overloaded: ${detail}`;
    default:
      return `The model's API failed: ${detail}`;
  }
}

/** Claude Code's texts may name files of the machine or run long; a client gets neither. */
function cleanText(text: string): string {
  const clean = text
    .replaceAll(/(?:[A-Za-z]:)?(?:[\\/][\w.@~+-]+){2,}/g, "…")
    .replaceAll(/\s+/g, " ")
    .trim();
  return clean.length > MAX_TEXT_CHARACTERS
    ? `${clean.slice(0, MAX_TEXT_CHARACTERS)}…`
    : clean || "no reason given.";
}
