import type { JsonObject } from "../../core/words/client-tool.ts";
import type { AppError, ErrorInfo, ErrorKind } from "../../core/words/app-error.ts";
import {
  formatOpenAiError,
  formatOpenAiErrorBody,
  type OpenAiError,
  statusOfError,
} from "../openai-error.ts";

/** Unlike the codes of its HTTP errors, OpenAI's codes for a failed response are a closed list. */
export type ResponseErrorCode = "server_error" | "rate_limit_exceeded" | "invalid_prompt";

export interface ResponseErrorBody {
  readonly code: ResponseErrorCode;
  readonly message: string;
  readonly type?: string;
}

/** Clients retry after `server_error` and `rate_limit_exceeded`, but not after `invalid_prompt`. */
const CODES: Readonly<Record<ErrorKind, ResponseErrorCode>> = {
  "invalid-request": "invalid_prompt",
  unauthorized: "invalid_prompt",
  forbidden: "invalid_prompt",
  "not-found": "invalid_prompt",
  conflict: "invalid_prompt",
  "model-not-found": "invalid_prompt",
  "payload-too-large": "invalid_prompt",
  "unsupported-media-type": "invalid_prompt",
  "rate-limited": "rate_limit_exceeded",
  "quota-exceeded": "invalid_prompt",
  "queue-full": "rate_limit_exceeded",
  "store-unavailable": "server_error",
  "shutting-down": "server_error",
  "engine-not-ready": "server_error",
  "not-logged-in": "invalid_prompt",
  "upstream-authentication": "invalid_prompt",
  "upstream-permission": "invalid_prompt",
  "upstream-invalid-request": "invalid_prompt",
  "upstream-not-found": "invalid_prompt",
  "upstream-too-large": "invalid_prompt",
  "upstream-rate-limited": "rate_limit_exceeded",
  "usage-limit-reached": "invalid_prompt",
  "upstream-overloaded": "server_error",
  "upstream-failed": "server_error",
  "context-length-exceeded": "invalid_prompt",
  billing: "invalid_prompt",
  "engine-outdated": "invalid_prompt",
  refusal: "invalid_prompt",
  "output-invalid": "server_error",
  timeout: "server_error",
  cancelled: "server_error",
  "engine-failed": "server_error",
  internal: "server_error",
};

/**
 * Where the status differs from Chat Completions. Codex retries up to thirty times after every status except 400 and, depending
 * on the message, some 404 and 429; it recognizes an account's limit, and when that ends, by a 429 of type `usage_limit_reached`.
 */
const STATUSES: Readonly<Partial<Record<ErrorKind, number>>> = {
  "usage-limit-reached": 429,
  billing: 400,
  "not-logged-in": 400,
  "upstream-authentication": 400,
  "upstream-permission": 400,
  // What is too large is the most that can be sent in vain.
  "payload-too-large": 400,
  "upstream-too-large": 400,
};

/** The HTTP error of a response, also used for the error event on a WebSocket. */
export function formatResponsesHttpError(error: AppError): OpenAiError {
  const { headers, body } = withOwnParam(formatOpenAiError(error));
  const { kind, retryAfterMs, resetsAtMs } = error.info;
  const status = statusOfResponsesError(error.info);
  // Codex waits as long as it is told to, hours too; by this type it ends at once and says until when.
  if (OF_KEYS.has(kind) && resetsAtMs !== undefined) {
    return { status, headers, body: { error: { ...body.error, type: "usage_limit_reached" } } };
  }
  if (kind !== "usage-limit-reached" || retryAfterMs === undefined) return { status, headers, body };
  // A client that does not know the type and retries anyway should do so when it can succeed.
  return { status, headers: { ...headers, "Retry-After": String(Math.ceil(retryAfterMs / 1000)) }, body };
}

export function statusOfResponsesError(info: ErrorInfo): number {
  // Something that the request asks for, rather than who sends it or from where.
  if (info.kind === "forbidden" && info.param !== undefined) return 400;
  return STATUSES[info.kind] ?? statusOfError(info);
}

/** A key's own limits. */
const OF_KEYS: ReadonlySet<ErrorKind> = new Set<ErrorKind>(["rate-limited", "quota-exceeded"]);

/** For these the code is not specific enough, since it also covers short waits. */
const TYPED: ReadonlySet<ErrorKind> = new Set<ErrorKind>([
  "usage-limit-reached",
  "billing",
  "quota-exceeded",
]);

/** The `error` of a response that failed. */
export function formatResponseError(error: ErrorInfo): ResponseErrorBody {
  const { type } = formatOpenAiErrorBody(error).error;
  return { code: CODES[error.kind], message: error.message, ...(TYPED.has(error.kind) && { type }) };
}

/**
 * The fields of an `error` event. OpenAI's API reference has them flat; its servers and Open Responses nest them under `error`.
 * Both are sent here, with the code of the HTTP error, which is more specific than that of the response.
 */
export function formatErrorEvent(error: ErrorInfo): JsonObject {
  const { error: body } = withOwnParam({ body: formatOpenAiErrorBody(error) }).body;
  return { code: body.code, message: body.message, param: body.param, error: body };
}

/** What the core says of a request's messages is about the input here. */
function withOwnParam<Told extends Pick<OpenAiError, "body">>(told: Told): Told {
  const { error } = told.body;
  return error.param === "messages" ? { ...told, body: { error: { ...error, param: "input" } } } : told;
}
