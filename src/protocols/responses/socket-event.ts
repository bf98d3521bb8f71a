import type { AppError } from "../../core/words/app-error.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";
import { formatResponsesHttpError } from "./response-error.ts";

/** Encodes an event for a WebSocket; on a named lane it carries the lane's name. */
export function encodeSocketEvent(event: JsonObject, streamId: string | undefined): string {
  return JSON.stringify(streamId === undefined ? event : { ...event, stream_id: streamId });
}

/**
 * An error without a response: over HTTP it would be the status and body. `status` tells clients that it is such an error; the
 * fields of `error` are also repeated at the top level, for clients that read stream events.
 */
export function formatSocketError(error: AppError): JsonObject {
  const { status, headers, body } = formatResponsesHttpError(error);
  const { message, param, code } = body.error;
  const retryAfter = headers["Retry-After"];
  return {
    type: "error",
    sequence_number: 0,
    status,
    code,
    message,
    param,
    error: { ...body.error, ...(retryAfter !== undefined && { headers: { "retry-after": retryAfter } }) },
  };
}

/** Claude cannot be sent anything in the middle of a response, so the client gets its input back. */
export function formatSteerRefusal(event: {
  readonly input: unknown;
  readonly previousResponseId: string;
}): JsonObject {
  return {
    type: "response.steer.failed",
    sequence_number: 0,
    error: {
      type: "invalid_request_error",
      code: "steering_not_supported",
      message:
        "Responses of this server cannot be steered. Wait for the end of the response, or cancel it, and send the input with response.create.",
    },
    steer: { input: event.input, previous_response_id: event.previousResponseId },
  };
}
