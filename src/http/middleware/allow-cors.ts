import type { AppMiddleware } from "../app-env.ts";
import { isAllowedOrigin } from "./check-origin.ts";

const METHODS = "GET, HEAD, POST, DELETE, OPTIONS";
const EXPOSED =
  "X-Request-Id, Request-Id, X-Conversation-ID, X-Turnpike-Placement, X-Turnpike-Ignored, X-Turnpike-Continued, X-Turnpike-Token-Count, Retry-After, X-Should-Retry, Content-Disposition, WWW-Authenticate, Allow, X-RateLimit-Limit-Requests, X-RateLimit-Remaining-Requests, X-RateLimit-Reset-Requests, X-RateLimit-Limit-Tokens, X-RateLimit-Remaining-Tokens, X-RateLimit-Reset-Tokens, Anthropic-RateLimit-Requests-Limit, Anthropic-RateLimit-Requests-Remaining, Anthropic-RateLimit-Requests-Reset, Anthropic-RateLimit-Tokens-Limit, Anthropic-RateLimit-Tokens-Remaining, Anthropic-RateLimit-Tokens-Reset";
const PREFLIGHT_SECONDS = "600";

/** Lets pages of the configured origins read answers, and answers their preflight requests. */
export function allowCors(corsOrigins: readonly string[]): AppMiddleware {
  return async (context, next) => {
    const origin = context.req.header("origin");
    if (origin === undefined || !isAllowedOrigin(corsOrigins, origin)) {
      await next();
      return;
    }
    context.header("Access-Control-Allow-Origin", origin);
    const isPreflight =
      context.req.method === "OPTIONS" && context.req.header("access-control-request-method") !== undefined;
    if (!isPreflight) {
      context.header("Access-Control-Expose-Headers", EXPOSED);
      await next();
      return;
    }
    context.header("Access-Control-Allow-Methods", METHODS);
    // Sessions count for our own pages only, so any header that the page wants to send may come.
    context.header(
      "Access-Control-Allow-Headers",
      context.req.header("access-control-request-headers") ?? "*",
    );
    context.header("Access-Control-Max-Age", PREFLIGHT_SECONDS);
    if (context.req.header("access-control-request-private-network") === "true") {
      context.header("Access-Control-Allow-Private-Network", "true");
    }
    return context.body(null, 204);
  };
}
