import type { Markable } from "../../../core/words/cache-mark.ts";

/** A client's mark as the Messages API spells it, on blocks, tools and requests. */
export interface CacheControl {
  readonly cache_control?: { readonly type: "ephemeral"; readonly ttl?: "5m" | "1h" };
}

export function cacheControl({ cache }: Markable): CacheControl {
  if (!cache) return {};
  const { ttl } = cache;
  return { cache_control: { type: "ephemeral", ...(ttl && { ttl }) } };
}
