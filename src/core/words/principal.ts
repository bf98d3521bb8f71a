import type { PrincipalId } from "./ids.ts";

/** The caller, and what it may do. */
export interface Principal {
  readonly id: PrincipalId;
  /** Whether it may run turns and see its own records. */
  readonly mayUse: boolean;
  /** Whose approvals it may answer. It can always see those of its own turns. */
  readonly mayApprove: "all" | "own" | "none";
}
