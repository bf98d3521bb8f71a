import type { AppError, ErrorInfo, ErrorKind } from "../core/words/app-error.ts";
import { RequestError } from "./request-error.ts";

/** OpenAI's general type of an error; `code` is the specific one. */
type ErrorType =
  | "invalid_request_error"
  | "authentication_error"
  | "permission_error"
  | "rate_limit_error"
  | "insufficient_quota"
  | "usage_limit_reached"
  | "server_error";

export interface OpenAiErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
    /** When the limit ends, in seconds since the epoch, and how many seconds from now. */
    readonly resets_at?: number;
    readonly resets_in_seconds?: number;
  };
}

export interface OpenAiError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: OpenAiErrorBody;
}

interface Row {
  readonly status: number;
  readonly type: ErrorType;
  readonly code: string | null;
  /** `Retry-After` when the error itself does not say how long to wait. */
  readonly retryAfterMs?: number;
  /** OpenAI's SDKs retry 408, 409, 429 and 5xx by themselves; for this error a retry would not help. */
  readonly isFinal?: true;
}

const INVALID = "invalid_request_error";

const TABLE: Readonly<Record<ErrorKind, Row>> = {
  "invalid-request": { status: 400, type: INVALID, code: null },
  unauthorized: { status: 401, type: INVALID, code: "invalid_api_key" },
  forbidden: { status: 403, type: "permission_error", code: "forbidden" },
  "not-found": { status: 404, type: INVALID, code: "not_found" },
  conflict: { status: 409, type: INVALID, code: "conflict", isFinal: true },
  "model-not-found": { status: 404, type: INVALID, code: "model_not_found" },
  "payload-too-large": { status: 413, type: INVALID, code: "request_too_large" },
  "unsupported-media-type": { status: 415, type: INVALID, code: "unsupported_media_type" },
  "rate-limited": { status: 429, type: "rate_limit_error", code: "rate_limit_exceeded" },
  "quota-exceeded": { status: 429, type: "insufficient_quota", code: "insufficient_quota" },
  "queue-full": { status: 429, type: "rate_limit_error", code: "queue_full", retryAfterMs: 1000 },
  "store-unavailable": {
    status: 503,
    type: "server_error",
    code: "store_unavailable",
    retryAfterMs: 5000,
  },
  "shutting-down": { status: 503, type: "server_error", code: "shutting_down", retryAfterMs: 5000 },
  "engine-not-ready": {
    status: 503,
    type: "server_error",
    code: "engine_not_ready",
    retryAfterMs: 2000,
  },
  "not-logged-in": { status: 503, type: "server_error", code: "not_logged_in", isFinal: true },
  "upstream-authentication": {
    status: 401,
    type: "authentication_error",
    code: "upstream_authentication_failed",
  },
  "upstream-permission": { status: 403, type: "permission_error", code: "upstream_permission_denied" },
  "upstream-invalid-request": { status: 400, type: INVALID, code: "upstream_invalid_request" },
  "upstream-not-found": { status: 404, type: INVALID, code: "model_not_found" },
  "upstream-too-large": { status: 413, type: INVALID, code: "request_too_large" },
  "upstream-rate-limited": {
    status: 429,
    type: "rate_limit_error",
    code: "rate_limit_exceeded",
    retryAfterMs: 10_000,
  },
  // OpenAI uses 429 here, but many clients retry every 429, some of them endlessly.
  "usage-limit-reached": {
    status: 402,
    type: "usage_limit_reached",
    code: "usage_limit_reached",
    isFinal: true,
  },
  billing: { status: 402, type: "insufficient_quota", code: "insufficient_quota", isFinal: true },
  "upstream-overloaded": { status: 503, type: "server_error", code: "overloaded", retryAfterMs: 5000 },
  "upstream-failed": { status: 502, type: "server_error", code: "upstream_failed" },
  "context-length-exceeded": { status: 400, type: INVALID, code: "context_length_exceeded" },
  "engine-outdated": { status: 400, type: INVALID, code: "claude_code_version_too_old" },
  refusal: { status: 400, type: INVALID, code: "content_filter" },
  "output-invalid": { status: 502, type: "server_error", code: "invalid_output" },
  timeout: { status: 504, type: "server_error", code: "timeout" },
  cancelled: { status: 499, type: INVALID, code: "cancelled" },
  "engine-failed": { status: 502, type: "server_error", code: "engine_failed" },
  internal: { status: 500, type: "server_error", code: "internal_error" },
};

/** The only place that maps a kind of error to its status, headers and OpenAI body. */
export function formatOpenAiError(error: AppError): OpenAiError {
  const row = TABLE[error.info.kind];
  const code = error instanceof RequestError ? error.code : row.code;
  return { status: row.status, headers: retryHeaders(row, error.info), body: toBody(error.info, row, code) };
}

export function statusOfError(info: ErrorInfo): number {
  return TABLE[info.kind].status;
}

/** The body alone, for an error inside a stream that has begun. */
export function formatOpenAiErrorBody(info: ErrorInfo): OpenAiErrorBody {
  const row = TABLE[info.kind];
  return toBody(info, row, row.code);
}

function toBody(info: ErrorInfo, row: Row, code: string | null): OpenAiErrorBody {
  const error = { message: info.message, type: row.type, param: info.param ?? null, code };
  if (info.resetsAtMs === undefined) return { error };
  const { resetsAtMs, retryAfterMs = 0 } = info;
  return {
    error: { ...error, resets_at: seconds(resetsAtMs), resets_in_seconds: seconds(retryAfterMs) },
  };
}

function retryHeaders(row: Row, info: ErrorInfo): Record<string, string> {
  if (row.isFinal) return { "x-should-retry": "false" };
  const waitMs = info.retryAfterMs ?? row.retryAfterMs;
  return {
    ...(info.isFinal && { "x-should-retry": "false" }),
    ...(waitMs !== undefined && { "Retry-After": String(Math.max(1, seconds(waitMs))) }),
  };
}

/** Rounded up, so that nobody retries too early. */
function seconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000);
}
