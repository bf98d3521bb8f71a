import type { PrincipalId } from "../core/ids.ts";
import type { AppContext } from "./app-env.ts";

/** Who asks, on a path that needs a key. */
export function requirePrincipal(context: AppContext): PrincipalId {
  const { principalId } = context.var.record;
  if (principalId === undefined) throw new Error(`${context.req.path} is served without authentication.`);
  return principalId;
}
