import type { JsonObject } from "../../core/words/client-tool.ts";
import type { Caller } from "../turns/caller.ts";
import { CONVERSATION_HEADER } from "../turns/conversation-name.ts";

/** What a job stores about the caller. */
type JobCaller = Pick<Caller, "headers" | "mayApprove">;

/** The request for a background response. */
export interface JobPayload extends JsonObject {
  readonly body: unknown;
  readonly caller: JobCaller;
}

const OF_INTEREST = "x-turnpike-";

/**
 * Everything needed to prepare the response again on another server. No key is stored: the caller has already been identified.
 */
export function toJobPayload({ headers, mayApprove }: JobCaller, body: unknown): JobPayload {
  const kept = Object.entries(headers).filter(
    ([name]) => name === CONVERSATION_HEADER || name.startsWith(OF_INTEREST),
  );
  return { body, caller: { headers: Object.fromEntries(kept), mayApprove } };
}
