import { createHash } from "node:crypto";

import { AppError } from "../../core/app-error.ts";
import type { PrincipalId } from "../../core/ids.ts";
import type { AppMiddleware } from "../app-env.ts";
import type { Authentication } from "../http-options.ts";

/** What anybody may see: it holds no secret. */
const PUBLIC_PATHS = new Set(["/", "/health", "/health/live", "/health/ready"]);
// Proof for the cast: without keys there is one principal, and this is its name.
const LOCAL = "local" as PrincipalId;

/** Finds out who asks, from the bearer key. All but the public paths need one. */
export function authenticate(authentication: Authentication): AppMiddleware {
  const identify = createIdentify(authentication);
  return async (context, next) => {
    if (!PUBLIC_PATHS.has(context.req.path)) {
      try {
        context.var.record.principalId = identify(context.req.header("authorization"));
      } catch (error) {
        context.header("WWW-Authenticate", "Bearer");
        throw error;
      }
    }
    await next();
  };
}

function createIdentify(authentication: Authentication): (header: string | undefined) => PrincipalId {
  if (authentication.type === "none") return () => LOCAL;
  // Looking up a hash tells an attacker nothing by its timing: who cannot invert it cannot approach a known one.
  const principals = new Map(authentication.keys.map((key) => [sha256(key), principalOfKey(key)]));
  return (header) => {
    const key = /^Bearer +(\S+) *$/i.exec(header ?? "")?.[1];
    if (key === undefined) {
      throw new AppError({
        kind: "unauthorized",
        message:
          "You didn't provide an API key. Send it in the Authorization header: Authorization: Bearer YOUR_KEY",
      });
    }
    const principalId = principals.get(sha256(key));
    if (principalId === undefined) {
      throw new AppError({
        kind: "unauthorized",
        message: "Incorrect API key provided. The server printed its key at its first start.",
      });
    }
    return principalId;
  };
}

/** Stable for a key over restarts, and of no use to who sees it. */
export function principalOfKey(key: string): PrincipalId {
  // Proof for the cast: the name is made of the key's own hash, so no other key has it.
  return `key_${sha256(key).slice(0, 16)}` as PrincipalId;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
