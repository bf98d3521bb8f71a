import { createHash } from "node:crypto";

import { AppError } from "../../core/app-error.ts";
import type { PrincipalId } from "../../core/ids.ts";
import type { AppContext, AppMiddleware } from "../app-env.ts";
import type { Authentication } from "../http-options.ts";

/** What anybody may see: it holds no secret. */
const PUBLIC_PATHS = new Set(["/", "/health", "/health/live", "/health/ready"]);
// Proof for the cast: without keys there is one principal, and this is its name.
const LOCAL = "local" as PrincipalId;

/** Finds out who asks, from the bearer key or, as Anthropic's clients send it, `x-api-key`. All but the public paths need one. */
export function authenticate(authentication: Authentication): AppMiddleware {
  const identify = createIdentify(authentication);
  return async (context, next) => {
    if (!PUBLIC_PATHS.has(context.req.path)) {
      try {
        context.var.record.principalId = identify(readKeys(context));
      } catch (error) {
        context.header("WWW-Authenticate", "Bearer");
        throw error;
      }
    }
    await next();
  };
}

/** Clients that know both headers may fill one of them with a placeholder, so each is tried. */
function readKeys({ req }: AppContext): readonly string[] {
  const bearer = /^Bearer +(\S+) *$/i.exec(req.header("authorization") ?? "")?.[1] ?? "";
  const apiKey = req.header("x-api-key")?.trim() ?? "";
  return [bearer, apiKey].filter((key) => key !== "");
}

function createIdentify(authentication: Authentication): (keys: readonly string[]) => PrincipalId {
  if (authentication.type === "none") return () => LOCAL;
  // Looking up a hash tells an attacker nothing by its timing: who cannot invert it cannot approach a known one.
  const principals = new Map(authentication.keys.map((key) => [sha256(key), principalOfKey(key)]));
  return (keys) => {
    if (keys.length === 0) {
      throw new AppError({
        kind: "unauthorized",
        message:
          "You didn't provide an API key. Send it in the Authorization header (Authorization: Bearer YOUR_KEY) or in the header x-api-key.",
      });
    }
    const [principalId] = keys.flatMap((key) => principals.get(sha256(key)) ?? []);
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
