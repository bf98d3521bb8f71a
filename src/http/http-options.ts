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

export interface HttpOptions {
  /** The host that the server is bound to; what a `Host` header may say depends on it. */
  readonly host: string;
  readonly authentication: Authentication;
  /** Further names that a `Host` header may carry, without port. */
  readonly allowedHosts: readonly string[];
  /** Origins of pages that may call, or patterns as `readOriginPattern` gives them; `*` for all. Empty: CORS is off. */
  readonly corsOrigins: readonly string[];
  readonly maxBodyBytes: number;
  /** Of one uploaded file; default 64 MiB. */
  readonly maxUploadBytes?: number;
  /** How long a stream may be silent before a sign of life keeps it alive. */
  readonly keepAliveMs: number;
  /** After this a WebSocket takes no more requests; default one hour. */
  readonly socketMaxAgeMs?: number;
}
