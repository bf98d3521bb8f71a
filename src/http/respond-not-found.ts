import type { Hono } from "hono";

import type { AppError } from "../core/app-error.ts";
import { formatOpenAiError } from "../protocols/openai-error.ts";
import { RequestError } from "../protocols/request-error.ts";
import type { AppContext, AppEnv } from "./app-env.ts";
import { sendError } from "./error-response.ts";

const METHODS = ["GET", "POST", "DELETE"];

/** 405 where the path exists with another method, otherwise 404; both in OpenAI's words. */
export function respondNotFound(app: Hono<AppEnv>, context: AppContext): Response {
  const { method, path } = context.req;
  const allowed = METHODS.filter((each) => hasRoute(app, each, path));
  if (allowed.length > 0) {
    context.header("Allow", allowed.join(", "));
    const message = `Not allowed to ${method} on ${path}. (HINT: Perhaps you meant to make a ${allowed.join(" or ")} request?)`;
    return respond(context, 405, new RequestError("method_not_supported", message));
  }
  const hint = hasRoute(app, method, `/v1${path}`)
    ? `Perhaps you meant /v1${path}: the base URL ends in /v1.`
    : "Please check the URL for typos.";
  const message = `Unknown request URL: ${method} ${path}. ${hint}`;
  return respond(context, 404, new RequestError("unknown_url", message));
}

/** Middleware is registered for all methods; only a route has one of its own. */
function hasRoute(app: Hono<AppEnv>, method: string, path: string): boolean {
  const [handlers] = app.router.match(method, path);
  return handlers.some(([[, route]]) => route.method === method);
}

function respond(context: AppContext, status: number, error: AppError): Response {
  return sendError(context, { ...formatOpenAiError(error), status });
}
