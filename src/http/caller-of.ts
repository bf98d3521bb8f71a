import type { Caller } from "../service/turns/caller.ts";
import type { AppContext } from "./app-env.ts";
import { requireIdentity } from "./require-principal.ts";

/** Who asks for a turn, on a path that needs a key. */
export function callerOf(context: AppContext): Caller & { readonly signal: AbortSignal } {
  const { id: principalId, mayApprove, bounds } = requireIdentity(context);
  return {
    principalId,
    mayApprove,
    ...(bounds && { bounds }),
    headers: context.req.header(),
    record: context.var.record,
    signal: context.req.raw.signal,
  };
}
