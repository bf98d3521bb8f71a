import { FIRST_TOKEN_BOUNDS_MS } from "../ports/request-log.ts";

/**
 * The time within which a share of them had their first token, in milliseconds: as exact as the classes in which they are counted,
 * taken to be spread evenly within each. Undefined where there are none.
 */
export function firstTokenWithin(counts: readonly number[], share: number): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  let left = share * total;
  for (const [index, count] of counts.entries()) {
    const from = FIRST_TOKEN_BOUNDS_MS[index - 1] ?? 0;
    const to = FIRST_TOKEN_BOUNDS_MS[index];
    // The last class has no end.
    if (to === undefined) return from;
    if (count > 0 && left <= count) return Math.round(from + (to - from) * (left / count));
    left -= count;
  }
  return undefined;
}
