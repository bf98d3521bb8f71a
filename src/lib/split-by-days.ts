const HOUR_S = 3_600;
const DAY_S = 86_400;
const DAY_MS = DAY_S * 1_000;

/** A stretch of time of which sums are kept: by hours or days, in seconds; from, and up to, in milliseconds since the epoch. */
export interface SplitSpan {
  readonly period: typeof HOUR_S | typeof DAY_S;
  readonly since: number;
  readonly until: number;
}

/** A span of whole hours as whole days of UTC, with hours where it begins or ends within one: so few sums are read. */
export function splitByDays(since: number, until: number): readonly SplitSpan[] {
  const firstDay = Math.min(Math.ceil(since / DAY_MS) * DAY_MS, until);
  const lastDay = Math.max(Math.floor(until / DAY_MS) * DAY_MS, firstDay);
  const spans: readonly SplitSpan[] = [
    { period: HOUR_S, since, until: firstDay },
    { period: DAY_S, since: firstDay, until: lastDay },
    { period: HOUR_S, since: lastDay, until },
  ];
  return spans.filter((span) => span.since < span.until);
}
