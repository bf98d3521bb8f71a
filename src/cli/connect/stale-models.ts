import type { Target } from "./target.ts";

/**
 * Whether the models that a client has of a server at this address, and that are not among the target's, are to go. A server that
 * did not answer may have them all the same.
 */
export function areOthersStale({ areModelsTold, apiUrl }: Target, address: unknown): boolean {
  return areModelsTold || address !== apiUrl;
}
