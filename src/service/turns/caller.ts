import type { PrincipalId } from "../../core/words/ids.ts";
import type { Principal } from "../../core/words/principal.ts";
import type { RequestRecord } from "./request-record.ts";

/** Who asks for a turn, and what is known besides the body of the request. */
export interface Caller {
  readonly principalId: PrincipalId;
  /** Whose approvals it may answer. */
  readonly mayApprove: Principal["mayApprove"];
  /** What its key is kept to. */
  readonly bounds?: Principal["bounds"];
  /** All headers of the request, their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly record: RequestRecord;
  /** Aborts when the client has left. */
  readonly signal?: AbortSignal;
}
