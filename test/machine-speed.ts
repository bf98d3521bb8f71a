import { expect } from "vitest";

/** What `referenceWork` takes on a machine that has nothing else to do. */
const QUIET_MS = 40;
const ROUNDS = 5;

/**
 * Expects that something took less than `limitMs`, milliseconds of a quiet machine: where the machine takes longer for a
 * piece of known work now, it has as much longer.
 */
export function expectWithin(tookMs: number, limitMs: number): void {
  if (tookMs < limitMs) return;
  const slowness = measureSlowness();
  expect(
    tookMs,
    `${limitMs} ms on a quiet machine; this one is ${slowness.toFixed(1)} × as slow now`,
  ).toBeLessThan(limitMs * slowness);
}

/** How many times as long as a quiet machine this one takes; 1 at least. */
export function measureSlowness(): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const startedAt = performance.now();
    referenceWork();
    return performance.now() - startedAt;
  });
  return slownessOf(times, QUIET_MS);
}

/** How many times `quietMs` the median of these is; 1 at least. */
export function slownessOf(times: readonly number[], quietMs: number): number {
  return Math.max(1, (times.toSorted((left, right) => left - right)[times.length >> 1] ?? 0) / quietMs);
}

/** What most of the server's own time goes to: JSON, strings and the memory for them. */
function referenceWork(): void {
  const items = Array.from({ length: 20_000 }, (_, index) => ({
    id: `item ${index}`,
    of: [index, { name: "x" }],
  }));
  const copy: unknown = JSON.parse(JSON.stringify(items));
  if (!Array.isArray(copy) || copy.length !== items.length) throw new Error("JSON lost something.");
}
