import { LONGEST_TIMER_MS } from "../../lib/time.ts";

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Parses a length of time to milliseconds: a number with its unit (`500ms`, `30s`, `10m`, `1h`, `7d`). A bare number counts
 * seconds. Undefined when it is neither, or longer than `longestMs` (by default 24 days, a timer's limit).
 */
export function parseDuration(raw: unknown, longestMs = LONGEST_TIMER_MS): number | undefined {
  if (typeof raw !== "string" && typeof raw !== "number") return undefined;
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(String(raw).trim());
  if (!match?.[1]) return undefined;
  // Proof: the pattern allows exactly the keys of UNIT_MS.
  const unit = (match[2] ?? "s") as keyof typeof UNIT_MS;
  const ms = Math.round(Number(match[1]) * UNIT_MS[unit]);
  return ms <= longestMs ? ms : undefined;
}

/** The shortest exact form, such as `90s` or `2h`. */
export function formatDuration(ms: number): string {
  for (const unit of ["d", "h", "m", "s"] as const) {
    if (ms > 0 && ms % UNIT_MS[unit] === 0) return `${ms / UNIT_MS[unit]}${unit}`;
  }
  return `${ms}ms`;
}
