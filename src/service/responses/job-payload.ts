import type { JsonObject } from "../../core/words/client-tool.ts";
import type { ResponseCaller } from "./prepare-response.ts";

/** What a job stores about the caller. */
type JobCaller = Pick<ResponseCaller, "headers" | "mayApprove"> & { readonly nameHeader?: string };

/** The request for a background response. */
export interface JobPayload extends JsonObject {
  readonly body: unknown;
  readonly caller: JobCaller;
}

const OF_INTEREST = "x-turnpike-";

/**
 * Everything needed to prepare the response again on another server. No key is stored: the caller has already been identified.
 */
export function toJobPayload({ headers, mayApprove, nameHeader }: ResponseCaller, body: unknown): JobPayload {
  const kept = Object.entries(headers).filter(([name]) => name.startsWith(OF_INTEREST));
  const caller = { headers: Object.fromEntries(kept), mayApprove };
  return { body, caller: nameHeader === undefined ? caller : { ...caller, nameHeader } };
}
