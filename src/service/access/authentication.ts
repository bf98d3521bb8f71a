/** Who may use the server. `none` is for loopback only: everybody who reaches the port is the local user. */
export type Authentication = ApprovalRights &
  ({ readonly type: "keys"; readonly keys: readonly string[] } | { readonly type: "none" });

interface ApprovalRights {
  /** Keys that may answer everybody's approvals, and do nothing else unless they are among the API keys too. */
  readonly approverKeys?: readonly string[];
  /** More approver keys, known only by their SHA-256 hashes in hexadecimal. */
  readonly approverKeyHashes?: readonly string[];
  /** Whether clients that run turns may answer the approvals of those turns; default no. */
  readonly clientsMayApprove?: boolean;
}
