import { RequestError as MalformedRequest } from "@hono/node-server";
import type { ContentfulStatusCode } from "hono/utils/http-status";

import { AppError, toAppError } from "../../core/words/app-error.ts";
import { formatOpenAiError } from "../../protocols/openai-error.ts";
import { RequestError } from "../../protocols/request-error.ts";
import type { AppContext } from "../app-env.ts";
import { type ErrorAnswer, formatError } from "./format-error.ts";
import { recordFailure } from "../../service/turns/request-record.ts";
import { setTurnHeaders } from "./turn-headers.ts";

/** Answers whatever a handler threw. An unknown error becomes a 500 that reveals nothing; the log has the rest. */
export function respondError(thrown: unknown, context: AppContext): Response {
  recordFailure(context.var.record, thrown);
  setTurnHeaders(context);
  return sendError(context, formatError(context, toAppError(thrown)));
}

export function sendError(context: AppContext, { status, headers, body }: ErrorAnswer): Response {
  for (const [name, value] of Object.entries(headers)) context.header(name, value);
  // Proof for the cast: the error table holds statuses that have a body; Hono's list only lacks 499.
  return context.json(body, status as ContentfulStatusCode);
}

/** Answers what never became a request: a malformed URL or Host, before any handler ran. */
export function respondUnroutable(thrown: unknown): Response {
  const error =
    thrown instanceof MalformedRequest
      ? new RequestError("invalid_url", "The URL or the Host header of this request is malformed.")
      : toAppError(thrown instanceof AppError ? thrown : new Error("Unroutable request", { cause: thrown }));
  const { status, body } = formatOpenAiError(error);
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
}
