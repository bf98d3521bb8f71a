/** Who may ask. `none` is for loopback only: everybody who reaches the port is the local user. */
export type Authentication =
  | { readonly type: "keys"; readonly keys: readonly string[] }
  | { readonly type: "none" };

export interface HttpOptions {
  /** The host that the server is bound to; what a `Host` header may say depends on it. */
  readonly host: string;
  readonly authentication: Authentication;
  /** Further names that a `Host` header may carry, without port. */
  readonly allowedHosts: readonly string[];
  /** Origins of web pages that may call, such as `https://chat.example.com`; `*` for all. Empty: CORS is off. */
  readonly corsOrigins: readonly string[];
  readonly maxBodyBytes: number;
  /** Of one uploaded file; default 64 MiB. */
  readonly maxUploadBytes?: number;
  /** How long a stream may be silent before a comment keeps it alive. */
  readonly keepAliveMs: number;
  /** After this a WebSocket takes no more requests; default one hour. */
  readonly socketMaxAgeMs?: number;
}
