import { expect } from "vitest";

const FACTOR = 16;
/** Below this the clock and the compiler are heard more than the work; microseconds. */
const NOISE = 50_000;

/**
 * Fails when work grows with the square of its size: of sixteen times as much it would cost 256 times as much. `run` does the
 * work for a size; the processor's time of this thread counts, so that a busy machine does not matter.
 */
export function expectLinear(run: (size: number) => void, size: number): void {
  run(size);
  const small = leastCost(() => run(size));
  const large = leastCost(() => run(size * FACTOR));
  expect(large).toBeLessThan(4 * FACTOR * small + NOISE);
}

/** Microseconds. */
function leastCost(run: () => void): number {
  const costs = [1, 2, 3].map(() => {
    const before = process.threadCpuUsage();
    run();
    const { user, system } = process.threadCpuUsage(before);
    // The kernel counts their sum; how it is divided is a guess.
    return user + system;
  });
  return Math.min(...costs);
}
