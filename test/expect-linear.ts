import { expect } from "vitest";

const FACTOR = 16;
/** The kernel counts a thread's time in ticks of some milliseconds: what takes less is done again; microseconds. */
const MEASURABLE = 60_000;
const MAX_ROUNDS = 10_000;
/** So little says nothing; squares of the sizes in use would be seconds; microseconds. */
const HARMLESS = 5_000;
/** A collection of garbage, or a neighbour in the processor's cache, can fall into one; squares are squares each time. */
const TRIES = 3;

/**
 * Fails when work grows with the square of its size: of sixteen times as much it would cost 256 times as much. `prepare` makes
 * what is needed for a size and returns the work, which alone is measured, in the processor's time of this thread: a busy
 * machine does not matter.
 */
export function expectLinear(prepare: (size: number) => () => void, size: number): void {
  const ratios: number[] = [];
  while (ratios.length < TRIES) {
    const large = costOf(prepare(size * FACTOR));
    if (large < HARMLESS) return;
    ratios.push(large / costOf(prepare(size)));
    if (Math.min(...ratios) < 4 * FACTOR) return;
  }
  expect(Math.min(...ratios)).toBeLessThan(4 * FACTOR);
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
