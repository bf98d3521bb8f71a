/** Who may ask. `none` is for loopback only: everybody who reaches the port is the local user. */
export type Authentication = ApprovalRights &
  ({ readonly type: "keys"; readonly keys: readonly string[] } | { readonly type: "none" });

interface ApprovalRights {
  /** These may answer everybody's approvals, and nothing else unless they are among the API keys too. */
  readonly approverKeys?: readonly string[];
  /** Further ones, of which no more is known than this; SHA-256 in hexadecimal. */
  readonly approverKeyHashes?: readonly string[];
  /** Whether who runs turns may answer the approvals of these; default no. */
  readonly clientsMayApprove?: boolean;
}
