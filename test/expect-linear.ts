import { expect } from "vitest";

const FACTOR = 16;
/** The kernel counts a thread's time in ticks of some milliseconds: what takes less is done again; microseconds. */
const MEASURABLE = 60_000;
const MAX_ROUNDS = 10_000;
/** So little says nothing; squares of the sizes in use would be seconds; microseconds. */
const HARMLESS = 5_000;

/**
 * Fails when work grows with the square of its size: of sixteen times as much it would cost 256 times as much. `prepare` makes
 * what is needed for a size and returns the work, which alone is measured, in the processor's time of this thread: a busy
 * machine does not matter.
 */
export function expectLinear(prepare: (size: number) => () => void, size: number): void {
  const large = costOf(prepare(size * FACTOR));
  if (large < HARMLESS) return;
  expect(large / costOf(prepare(size))).toBeLessThan(4 * FACTOR);
}

/** Microseconds for one round. */
function costOf(run: () => void): number {
  // Once unmeasured, for the compiler and for texts that are put together only when they are read.
  run();
  const before = process.threadCpuUsage();
  for (let rounds = 1; ; rounds += 1) {
    run();
    const { user, system } = process.threadCpuUsage(before);
    const used = user + system;
    // One microsecond keeps the quotient a number.
    if (used >= MEASURABLE || rounds >= MAX_ROUNDS) return Math.max(used, 1) / rounds;
  }
}
