import type { AppContext, AppMiddleware } from "../app-env.ts";
import type { KeyStore } from "../../core/ports/key-store.ts";
import { identifyPrincipal } from "../../service/access/identify-principal.ts";
import { mayNotUse } from "../../service/access/may-not-use.ts";

/** Paths that anybody may see: they reveal no secret. */
const PUBLIC_PATHS = new Set(["/", "/health", "/health/live", "/health/ready", "/openapi.json"]);

/**
 * Identifies the principal by the bearer key or, as Anthropic's clients send it, `x-api-key`. All but the public paths need a
 * key, and all but the approvals need one that may use the server, or administer it.
 */
export function authenticate(keys: KeyStore, openPaths: readonly string[] = []): AppMiddleware {
  const open = new Set([...PUBLIC_PATHS, ...openPaths]);
  return async (context, next) => {
    if (!open.has(context.req.path)) {
      try {
        const principal = await identifyPrincipal(keys, readKeys(context));
        context.set("principal", principal);
        context.var.record.principalId = principal.id;
        if (principal.logsContent) context.var.record.keepsContent = true;
      } catch (error) {
        context.header("WWW-Authenticate", "Bearer");
        throw error;
      }
      const { principal } = context.var;
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

/** Clients that know both headers may fill one of them with a placeholder, so each is tried. */
export function readKeys({ req }: AppContext): readonly string[] {
  const bearer = /^Bearer +(\S+) *$/i.exec(req.header("authorization") ?? "")?.[1] ?? "";
  const apiKey = req.header("x-api-key")?.trim() ?? "";
  return [bearer, apiKey].filter((key) => key !== "");
}
