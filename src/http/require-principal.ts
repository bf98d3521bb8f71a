import { AppError } from "../core/words/app-error.ts";
import type { PrincipalId } from "../core/words/ids.ts";
import type { AppContext } from "./app-env.ts";
import { mayNotUse } from "../service/access/may-not-use.ts";
import type { Principal } from "../core/words/principal.ts";
import type { BrowserSession } from "../service/people/session-directory.ts";

/** The id of the principal that asks, on a path that needs a key; it must be allowed to use the server. */
export function requirePrincipal(context: AppContext): PrincipalId {
  const principal = requireIdentity(context);
  if (!principal.mayUse) throw mayNotUse(principal);
  return principal.id;
}

/** The principal that asks, on a path that needs a key, whatever it may do. */
export function requireIdentity(context: AppContext): Principal {
  const { principal } = context.var;
  if (principal === undefined) throw new Error(`${context.req.path} is served without authentication.`);
  return principal;
}

/** The session of the person who asks. @throws AppError `forbidden` to whoever asks otherwise */
export function requireSession(context: AppContext): BrowserSession {
  const { session } = context.var;
  if (session !== undefined) return session;
  throw new AppError({
    kind: "forbidden",
    message: "This is for people who are signed in, about themselves. A key has no session and no password.",
  });
}
