import type { PrincipalId } from "./ids.ts";

/** Who asks, and what it may do. */
export interface Principal {
  readonly id: PrincipalId;
  /** Run turns and see what is kept of its own. */
  readonly mayUse: boolean;
  /** Whose approvals it may answer. Those of its own turns it sees in any case. */
  readonly mayApprove: "all" | "own" | "none";
}
