/** Chance that comes out the same whenever the seed is the same. */
export interface Dice {
  /** A whole number from 0 to below `sides`. */
  below(sides: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One of them; of an empty list an error. */
  pick<Value>(values: readonly Value[]): Value;
}

export function createDice(seed: number): Dice {
  let state = seed | 0;
  /** From 0 to below 1: mulberry32, with which neighbouring seeds have nothing in common. */
  const roll = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (sides: number) => Math.floor(roll() * sides);
  return {
    below,
    chance: (probability) => roll() < probability,
    pick: (values) => {
      if (values.length === 0) throw new Error("There is nothing to pick from.");
      // Proof for the cast: the index is one of the list's.
      return values[below(values.length)] as (typeof values)[number];
    },
  };
}
