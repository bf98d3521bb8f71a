import type { JsonObject } from "../../core/client-tool.ts";
import type { ErrorInfo, ErrorKind } from "../../core/app-error.ts";
import { formatOpenAiErrorBody } from "../openai-error.ts";

/** OpenAI's codes for a response that failed are a closed list, unlike those of its HTTP errors. */
export type ResponseErrorCode = "server_error" | "rate_limit_exceeded" | "invalid_prompt";

export interface ResponseErrorBody {
  readonly code: ResponseErrorCode;
  readonly message: string;
}

/** Clients try again after `server_error` and `rate_limit_exceeded`, and do not after `invalid_prompt`. */
const CODES: Readonly<Record<ErrorKind, ResponseErrorCode>> = {
  "invalid-request": "invalid_prompt",
  unauthorized: "invalid_prompt",
  forbidden: "invalid_prompt",
  "not-found": "invalid_prompt",
  conflict: "invalid_prompt",
  "model-not-found": "invalid_prompt",
  "payload-too-large": "invalid_prompt",
  "unsupported-media-type": "invalid_prompt",
  "queue-full": "rate_limit_exceeded",
  "shutting-down": "server_error",
  "not-logged-in": "server_error",
  "upstream-authentication": "server_error",
  "upstream-permission": "server_error",
  "upstream-invalid-request": "invalid_prompt",
  "upstream-not-found": "invalid_prompt",
  "upstream-too-large": "invalid_prompt",
  "upstream-rate-limited": "rate_limit_exceeded",
  "upstream-overloaded": "server_error",
  "upstream-failed": "server_error",
  "context-length-exceeded": "invalid_prompt",
  billing: "rate_limit_exceeded",
  refusal: "invalid_prompt",
  "output-invalid": "server_error",
  timeout: "server_error",
  cancelled: "server_error",
  "engine-failed": "server_error",
  internal: "server_error",
};

/** The `error` of a response that failed. */
export function formatResponseError(error: ErrorInfo): ResponseErrorBody {
  return { code: CODES[error.kind], message: error.message };
}

/**
 * The fields of an `error` event. OpenAI's interface has them flat, its servers and Open Responses nested under `error`: here
 * they are both, with the same code as the HTTP error has, which says more than the response's own.
 */
export function formatErrorEvent(error: ErrorInfo): JsonObject {
  const { error: body } = formatOpenAiErrorBody(error);
  return { code: body.code, message: body.message, param: body.param, error: body };
}
