import { createId } from "./create-id.ts";
import type { ApiError, HttpReply, Step } from "./reply.ts";

/** An error status with Anthropic's error JSON. Header examples: `retry-after`, `x-should-retry`. */
export function httpError(
  status: number,
  error: Partial<ApiError> = {},
  headers: Readonly<Record<string, string>> = {},
): HttpReply {
  const type = error.type ?? errorTypeOf(status);
  const message = error.message ?? `Scripted ${status}`;
  return {
    type: "http",
    status,
    headers: { "content-type": "application/json", ...headers },
    body: errorJson({ type, message, ...(error.details && { details: error.details }) }),
  };
}

export function errorJson(error: ApiError): string {
  return JSON.stringify({ type: "error", error, request_id: createId("req_01") });
}

/** A 200 with no body at all. */
export function emptyResponse(): HttpReply {
  return { type: "http", status: 200, headers: {}, body: "" };
}

/** A 200 that is not an event stream, like the page of a captive portal. */
export function htmlPage(body = "<html><body>Sign in to the network</body></html>"): HttpReply {
  return { type: "http", status: 200, headers: { "content-type": "text/html" }, body };
}

/**
 * Destroys the socket at this point. Clients may drop text that they received just before, unread; put a
 * gate in front to make sure that it was seen.
 */
export function reset(): Step {
  return { type: "reset" };
}

/** Sends nothing more from this point until the client leaves. */
export function hang(): Step {
  return { type: "hang" };
}

/** Ends the response cleanly at this point, without `message_stop`. */
export function truncate(): Step {
  return { type: "truncate" };
}

/** An SSE `error` event at this point, then the end of the stream. */
export function errorEvent(type = "overloaded_error", message = "Overloaded"): Step {
  return { type: "error-event", error: { type, message } };
}

/** An event whose data is not JSON. */
export function malformedEvent(): Step {
  return raw('event: content_block_delta\ndata: {"type":"content_block_delta","index":\n\n');
}

/** Sends these characters unchanged. */
export function raw(text: string): Step {
  return { type: "raw", text };
}

export function ping(): Step {
  return { type: "ping" };
}

export function pause(ms: number): Step {
  return { type: "pause", ms };
}

const errorTypes: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  408: "timeout_error",
  409: "conflict_error",
  413: "request_too_large",
  429: "rate_limit_error",
  504: "timeout_error",
  529: "overloaded_error",
};

function errorTypeOf(status: number): string {
  return errorTypes[status] ?? "api_error";
}

/** The status of a non-streaming answer for an error that a stream sends as this `error` event. */
export function statusOfFault(type: string): number {
  const entry = Object.entries(errorTypes).find(([, name]) => name === type);
  return entry ? Number(entry[0]) : 500;
}
