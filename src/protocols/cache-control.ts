import type { CacheMark, Markable } from "../core/words/cache-mark.ts";
import { isRecord } from "../lib/is-record.ts";

/**
 * The mark for the prompt cache on a block, a tool, a message or a request: Anthropic's field, which clients of Chat Completions
 * send as well. What is no such mark counts as none.
 */
export function readMark({ cache_control: control }: Readonly<Record<string, unknown>>): Markable {
  if (!isRecord(control) || control["type"] !== "ephemeral") return {};
  const { ttl = null } = control;
  if (ttl === null) return { cache: {} };
  return ttl === "5m" || ttl === "1h" ? { cache: { ttl } satisfies CacheMark } : {};
}
