import type { JsonObject } from "../../core/words/client-tool.ts";
import type { ResponseCaller } from "./prepare-response.ts";

/** What a job says of who asks. */
type JobCaller = Pick<ResponseCaller, "headers" | "mayApprove"> & { readonly nameHeader?: string };

/** A background response as it was asked for. */
export interface JobPayload extends JsonObject {
  readonly body: unknown;
  readonly caller: JobCaller;
}

const OF_INTEREST = "x-turnpike-";

/** All that it takes to prepare the response again, elsewhere. No key: who asks has been found out. */
export function toJobPayload({ headers, mayApprove, nameHeader }: ResponseCaller, body: unknown): JobPayload {
  const kept = Object.entries(headers).filter(([name]) => name.startsWith(OF_INTEREST));
  const caller = { headers: Object.fromEntries(kept), mayApprove };
  return { body, caller: nameHeader === undefined ? caller : { ...caller, nameHeader } };
}
