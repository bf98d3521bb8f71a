import { median } from "./median.ts";

const DRAWS = 2_000;

/** What two medians are compared by: `own / other`, or `own - other`. */
export type Compare = (own: number, other: number) => number;

/**
 * Between what two medians compared lie with 95 % confidence. The samples come in groups that belong together in pairs, such as the
 * turns of two conversations that ran side by side; the groups are drawn again and again (bootstrap).
 */
export function pairedInterval(
  own: readonly (readonly number[])[],
  other: readonly (readonly number[])[],
  compare: Compare,
): readonly [from: number, to: number] {
  const draw = randomNumbers();
  const results = Array.from({ length: DRAWS }, () => {
    const drawn = own.map(() => Math.floor(draw() * own.length));
    return compare(median(pick(own, drawn)), median(pick(other, drawn)));
  }).sort((left, right) => left - right);
  const at = (share: number) => results[Math.round(share * (DRAWS - 1))] ?? Number.NaN;
  return [at(0.025), at(0.975)];
}

function pick(groups: readonly (readonly number[])[], indexes: readonly number[]): readonly number[] {
  return indexes.flatMap((index) => groups[index] ?? []);
}

/** The same in every run, so that the same samples have the same interval. */
function randomNumbers(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 0x7fffffff;
    return state / 0x7fffffff;
  };
}
