import type { AppMiddleware } from "../app-env.ts";
import { mayNotUse } from "../../service/access/may-not-use.ts";
import { type Identifiers, identify, requireCsrfToken } from "./identify.ts";

/** Paths that anybody may see: they reveal no secret. */
const PUBLIC_PATHS = ["/", "/health", "/health/live", "/health/ready", "/openapi.json"];

/** By which people come in. They look themselves who is signed in. */
const WAYS_IN = ["/admin/api/session", "/admin/api/link", "/admin/api/link/use"];

/**
 * Identifies the principal by the bearer key or, as Anthropic's clients send it, `x-api-key`, or by the session of a browser. All but
 * the public paths need one, and all but the approvals need one that may use the server, or administer it.
 */
export function authenticate(identifiers: Identifiers, openPaths: readonly string[] = []): AppMiddleware {
  const open = new Set([...PUBLIC_PATHS, ...WAYS_IN, ...openPaths]);
  return async (context, next) => {
    if (!open.has(context.req.path)) {
      try {
        const { principal, session } = await identify(context, identifiers);
        context.set("principal", principal);
        if (session) context.set("session", session);
        context.var.record.principalId = principal.id;
        if (principal.logsContent) context.var.record.keepsContent = true;
      } catch (error) {
        context.header("WWW-Authenticate", "Bearer");
        throw error;
      }
      const { principal, session } = context.var;
      if (session) requireCsrfToken(context, session);
      const { path } = context.req;
      if (principal && !principal.mayUse && !isForApprovers(path) && !isForAdmins(path))
        throw mayNotUse(principal);
    }
    await next();
  };
}

function isForApprovers(path: string): boolean {
  return path === "/approvals" || path.startsWith("/approvals/");
}

/** Its routes check the right themselves. */
export function isForAdmins(path: string): boolean {
  return path.startsWith("/admin/") || path === "/ws" || path === "/metrics";
}
