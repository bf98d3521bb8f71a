import type { ApprovalRight, KeyBounds, KeyLimits } from "./api-key.ts";
import type { PrincipalId } from "./ids.ts";

/** The caller, and what it may do. */
export interface Principal {
  readonly id: PrincipalId;
  /** Whether it may run turns and see its own records. */
  readonly mayUse: boolean;
  /** Whose approvals it may answer. It can always see those of its own turns. */
  readonly mayApprove: ApprovalRight;
  /** What it may do at the admin API: read, or everything. Absent: nothing. */
  readonly adminRole?: "viewer" | "admin";
  readonly bounds?: KeyBounds;
  /** Absent: what it uses is not even counted. */
  readonly limits?: KeyLimits;
  readonly logsContent?: true;
}
