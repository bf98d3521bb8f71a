import type { Hono } from "hono";

import type { AppError } from "../../core/words/app-error.ts";
import { describeNotOffered } from "../../protocols/not-offered.ts";
import { RequestError } from "../../protocols/request-error.ts";
import type { AppContext, AppEnv } from "../app-env.ts";
import { sendError } from "./error-response.ts";
import { formatError } from "./format-error.ts";

const METHODS = ["GET", "POST", "DELETE"];

/**
 * 405 when the path exists with another method, otherwise 404, both in the shape of the client's protocol. OPTIONS is told which
 * methods exist.
 */
export function respondNotFound(app: Hono<AppEnv>, context: AppContext): Response {
  const { method, path } = context.req;
  const allowed = METHODS.filter((each) => hasRoute(app, each, path));
  if (allowed.length > 0 && method === "OPTIONS") {
    const withHead = allowed.flatMap((each) => (each === "GET" ? ["GET", "HEAD"] : [each]));
    return context.body(null, 204, { Allow: [...withHead, "OPTIONS"].join(", ") });
  }
  const hint = hintFor(app, method, path);
  if (allowed.length > 0 && hint === undefined) {
    context.header("Allow", allowed.join(", "));
    const message = `Not allowed to ${method} on ${path}. (HINT: Perhaps you meant to make a ${allowed.join(" or ")} request?)`;
    return respond(context, 405, new RequestError("method_not_supported", message));
  }
  const notOffered = describeNotOffered(path);
  if (notOffered) return respond(context, 404, notOffered);
  const message = `Unknown request URL: ${method} ${path}. ${hint ?? "Please check the URL for typos."}`;
  return respond(context, 404, new RequestError("unknown_url", message));
}

/** A hint when the path exists with or without `/v1`: OpenAI's paths are below `/v1`, Turnpike's own are at the root. */
function hintFor(app: Hono<AppEnv>, method: string, path: string): string | undefined {
  if (hasRoute(app, method, `/v1${path}`)) return `Perhaps you meant /v1${path}: the base URL ends in /v1.`;
  const shorter = path.replace(/^\/v1\//, "/");
  if (shorter === path || !hasRoute(app, method, shorter)) return undefined;
  return `Perhaps you meant ${shorter}: leave /v1 out of the base URL.`;
}

/** Middleware is registered for all methods; only a route has one of its own. */
function hasRoute(app: Hono<AppEnv>, method: string, path: string): boolean {
  const [handlers] = app.router.match(method, path);
  return handlers.some(([[, route]]) => route.method === method);
}

function respond(context: AppContext, status: number, error: AppError): Response {
  return sendError(context, formatError(context, error, status));
}
