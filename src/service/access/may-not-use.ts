import { AppError } from "../../core/words/app-error.ts";
import type { Principal } from "../../core/words/principal.ts";

/** The refusal for a key that may not run turns and has no records. */
export function mayNotUse({ adminRole }: Pick<Principal, "adminRole">): AppError {
  return new AppError({
    kind: "forbidden",
    message: adminRole
      ? "The role viewer may only read the admin API. Everything else takes the key of a client, or an administrator."
      : "This key may only list and answer approvals. Use an API key for everything else.",
  });
}
