import { AppError } from "../../core/words/app-error.ts";

/** The refusal for a key that may only answer approvals. */
export function mayNotUse(): AppError {
  return new AppError({
    kind: "forbidden",
    message: "This key may only list and answer approvals. Use an API key for everything else.",
  });
}
