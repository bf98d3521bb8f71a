import type { AppError, ErrorInfo, ErrorKind } from "../../core/words/app-error.ts";
import { RequestError } from "../request-error.ts";

/** Anthropic's types of errors. */
type ErrorType =
  | "invalid_request_error"
  | "authentication_error"
  | "billing_error"
  | "permission_error"
  | "not_found_error"
  | "request_too_large"
  | "rate_limit_error"
  | "timeout_error"
  | "api_error"
  | "overloaded_error";

export interface MessagesErrorBody {
  readonly type: "error";
  readonly error: {
    readonly type: ErrorType;
    readonly message: string;
    /** For mistakes that clients can fix by themselves, and for what the model's API itself said. */
    readonly details?: { readonly error_code: string };
  };
  readonly request_id: string;
}

export interface MessagesError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: MessagesErrorBody;
}

interface Row {
  readonly status: number;
  readonly type: ErrorType;
  /** The default `Retry-After`, when the error itself does not say how long to wait. */
  readonly retryAfterMs?: number;
  /** Anthropic's SDKs retry 408, 409, 429 and 5xx by themselves; for this error a retry would not help. */
  readonly isFinal?: true;
  /** A part of the message by which clients tell this error from others of its type. */
  readonly mark?: string;
}

/** The codes that Anthropic's clients react to; all other codes are OpenAI's. */
export const THREADS_UNSUPPORTED = "thread_unsupported_request";
const CODES = new Set<string | null>([THREADS_UNSUPPORTED]);

const INVALID = "invalid_request_error";

const TABLE: Readonly<Record<ErrorKind, Row>> = {
  "invalid-request": { status: 400, type: INVALID },
  unauthorized: { status: 401, type: "authentication_error" },
  forbidden: { status: 403, type: "permission_error" },
  "not-found": { status: 404, type: "not_found_error" },
  conflict: { status: 409, type: INVALID, isFinal: true },
  "model-not-found": { status: 404, type: "not_found_error" },
  "payload-too-large": { status: 413, type: "request_too_large" },
  "unsupported-media-type": { status: 415, type: INVALID },
  "rate-limited": { status: 429, type: "rate_limit_error" },
  "quota-exceeded": { status: 429, type: "rate_limit_error" },
  "queue-full": { status: 429, type: "rate_limit_error", retryAfterMs: 1000 },
  "store-unavailable": { status: 503, type: "api_error", retryAfterMs: 5000 },
  "shutting-down": { status: 503, type: "overloaded_error", retryAfterMs: 5000 },
  "engine-not-ready": { status: 503, type: "overloaded_error", retryAfterMs: 2000 },
  "not-logged-in": { status: 503, type: "api_error", isFinal: true },
  "upstream-authentication": { status: 401, type: "authentication_error" },
  "upstream-permission": { status: 403, type: "permission_error" },
  "upstream-invalid-request": { status: 400, type: INVALID },
  "upstream-not-found": { status: 404, type: "not_found_error" },
  "upstream-too-large": { status: 413, type: "request_too_large" },
  "upstream-rate-limited": { status: 429, type: "rate_limit_error", retryAfterMs: 10_000 },
  // The API itself says how long to wait, even if that is days; its SDK would really wait that long.
  "usage-limit-reached": { status: 429, type: "rate_limit_error", isFinal: true },
  "upstream-overloaded": { status: 529, type: "overloaded_error", retryAfterMs: 5000 },
  "upstream-failed": { status: 502, type: "api_error" },
  "context-length-exceeded": { status: 400, type: INVALID, mark: "prompt is too long" },
  billing: { status: 402, type: "billing_error", isFinal: true },
  "engine-outdated": { status: 400, type: INVALID },
  refusal: { status: 400, type: INVALID },
  "output-invalid": { status: 502, type: "api_error" },
  timeout: { status: 504, type: "timeout_error" },
  cancelled: { status: 499, type: INVALID },
  "engine-failed": { status: 502, type: "api_error" },
  internal: { status: 500, type: "api_error" },
};

/**
 * The only place that maps a kind of error to its status, headers and Anthropic body. `status` is passed for a route that does
 * not exist.
 */
export function formatMessagesError(error: AppError, requestId: string, status?: number): MessagesError {
  const row = TABLE[error.info.kind];
  const body = formatMessagesErrorBody(error.info, requestId);
  const code = error instanceof RequestError && CODES.has(error.code) ? error.code : null;
  return {
    status: status ?? row.status,
    headers: { "request-id": requestId, ...retryHeaders(row, error.info) },
    body: {
      ...body,
      error: {
        ...body.error,
        ...(status === 404 && { type: "not_found_error" }),
        ...(code !== null && { details: { error_code: code } }),
      },
    },
  };
}

/** The body alone, for an error inside a stream that has begun. */
export function formatMessagesErrorBody(info: ErrorInfo, requestId: string): MessagesErrorBody {
  const { type, mark } = TABLE[info.kind];
  const isMarked = mark === undefined || info.message.toLowerCase().includes(mark);
  const message = isMarked ? info.message : `${mark}: ${info.message}`;
  const details = info.upstreamCode === undefined ? {} : { details: { error_code: info.upstreamCode } };
  return { type: "error", error: { ...details, type, message }, request_id: requestId };
}

function retryHeaders(row: Row, info: ErrorInfo): Record<string, string> {
  const waitMs = info.retryAfterMs ?? row.retryAfterMs;
  return {
    ...((row.isFinal || info.isFinal) && { "x-should-retry": "false" }),
    ...(waitMs !== undefined && { "Retry-After": String(Math.max(1, Math.ceil(waitMs / 1000))) }),
  };
}
