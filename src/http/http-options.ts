import type { Identifiers } from "./middleware/identify.ts";

export interface HttpOptions extends Identifiers {
  /** The host that the server is bound to; what a `Host` header may say depends on it. */
  readonly host: string;
  /** Paths that need no key, besides those that nobody needs one for. */
  readonly openPaths?: readonly string[];
  /** Further names that a `Host` header may carry, without port. */
  readonly allowedHosts: readonly string[];
  /** Origins whose pages may call, or patterns, as `readOriginPattern` returns them; `*` for all. Empty: CORS is off. */
  readonly corsOrigins: readonly string[];
  readonly maxBodyBytes: number;
  /** Size limit of one uploaded file; default 64 MiB. */
  readonly maxUploadBytes?: number;
  /** How long a stream may be silent before a sign of life keeps it alive. */
  readonly keepAliveMs: number;
  /** After this long a WebSocket takes no more requests; default one hour. */
  readonly socketMaxAgeMs?: number;
}
