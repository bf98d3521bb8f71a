import type { AppError } from "../../core/words/app-error.ts";
import { formatMessagesError } from "../../protocols/messages/messages-error.ts";
import { formatOpenAiError } from "../../protocols/openai-error.ts";
import { formatResponsesHttpError } from "../../protocols/responses/response-error.ts";
import type { AppContext } from "../app-env.ts";

/** An error as an answer in one protocol. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

/**
 * Formats an error as this client expects it: in Anthropic's shape below `/v1/messages` and for clients that name a version of
 * Anthropic's API, otherwise in OpenAI's. `status` defaults to that of the kind of error.
 */
export function formatError(context: AppContext, error: AppError, status?: number): ErrorAnswer {
  if (speaksMessages(context)) return formatMessagesError(error, context.var.record.requestId, status);
  const answer = isBelow(context.req.path, "/v1/responses")
    ? formatResponsesHttpError(error)
    : formatOpenAiError(error);
  return { ...answer, status: status ?? answer.status };
}

/** Whether the client is one of Anthropic's API. */
export function speaksMessages({ req }: AppContext): boolean {
  return asksMessages(req.path, req.header("anthropic-version"));
}

/** The same of a request's path and of its header `anthropic-version`. */
export function asksMessages(path: string, version: unknown): boolean {
  return isBelow(path, "/v1/messages") || version !== undefined;
}

function isBelow(path: string, above: string): boolean {
  return path === above || path.startsWith(`${above}/`);
}
