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
  const answer = isBelow(context, "/v1/responses")
    ? formatResponsesHttpError(error)
    : formatOpenAiError(error);
  return { ...answer, status: status ?? answer.status };
}

/** Whether the client is one of Anthropic's API. */
export function speaksMessages(context: AppContext): boolean {
  return isBelow(context, "/v1/messages") || context.req.header("anthropic-version") !== undefined;
}

function isBelow({ req }: AppContext, path: string): boolean {
  return req.path === path || req.path.startsWith(`${path}/`);
}
