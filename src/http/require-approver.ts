import { AppError } from "../core/words/app-error.ts";
import type { AppContext } from "./app-env.ts";
import type { Principal } from "../core/words/principal.ts";
import { requireIdentity } from "./require-principal.ts";

/**
 * The principal that asks, which must have the right to answer approvals: its own or all.
 * @throws AppError `forbidden` without that right
 */
export function requireApprover(context: AppContext): Principal {
  const principal = requireIdentity(context);
  if (principal.mayApprove === "none") {
    throw new AppError({
      kind: "forbidden",
      message:
        "This key may not answer approvals. Use the server's approver key; API keys may answer those of their own turns with the setting auth.clientsMayApprove.",
    });
  }
  return principal;
}
