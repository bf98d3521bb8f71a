import type { Retention } from "../core/retention.ts";
import { parseDuration } from "./duration.ts";
import { value } from "./setting-values.ts";

/** A host name or address, perhaps with a port, in lower case. */
export function allowedHost(raw: string): string | undefined {
  return /^(\[[\da-f:.]+\]|[a-z\d._-]+)(:\d+)?$/i.test(raw) ? raw.toLowerCase() : undefined;
}

/** Exactly what a browser sends as Origin, or `*`. */
export function corsOrigin(raw: string): string | undefined {
  if (raw === "*") return raw;
  const url = URL.parse(raw);
  if (!url || url.origin === "null") return undefined;
  return raw === url.origin || raw === `${url.origin}/` ? url.origin : undefined;
}

/** Visible ASCII, which is all that a header carries safely. */
export function apiKey(raw: string): string | undefined {
  return /^[\x21-\x7e]+$/.test(raw) ? raw : undefined;
}

export function variableName(raw: string): string | undefined {
  return /^[A-Za-z_]\w*$/.test(raw) && !raw.toUpperCase().startsWith("TURNPIKE_") ? raw : undefined;
}

const LONGEST_RETENTION_DAYS = 36_500;

export const retention = () =>
  value("keep, none or a length of time such as 30d", (raw): Retention | undefined => {
    if (raw === "keep" || raw === "none") return { content: raw };
    const keepContentMs = parseDuration(raw, LONGEST_RETENTION_DAYS * 86_400_000);
    return keepContentMs ? { content: "keep", keepContentMs } : undefined;
  });
