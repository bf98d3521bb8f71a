import type { AppError } from "../../core/words/app-error.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";
import { formatResponsesHttpError } from "./response-error.ts";

/** An event as it goes over a WebSocket; those of a named lane carry its name. */
export function encodeSocketEvent(event: JsonObject, streamId: string | undefined): string {
  return JSON.stringify(streamId === undefined ? event : { ...event, stream_id: streamId });
}

/**
 * An error that no response stands for: what over HTTP is the answer's status and body. `status` tells clients that it is one of
 * these; the fields of `error` stand beside it as well, for clients that read the events of a stream.
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

/** Nothing can be said to Claude in the middle of a response; the client gets back what it said. */
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
