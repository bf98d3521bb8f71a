import { median } from "../measure/median.ts";
import type { Measurement } from "../scenario.ts";

interface Result {
  readonly median: number;
  readonly samples: readonly number[];
}

/** A line of the results, as it is written to JSON. */
export interface ResultRow {
  readonly profile: string;
  readonly scenario: string;
  readonly title: string;
  readonly what: string;
  readonly unit: Measurement["unit"];
  readonly turnpike: Result;
  readonly bare?: Result & { readonly what: string };
  /** Turnpike's median as a multiple of the bare SDK's. */
  readonly ratio?: number;
  readonly maxRatio?: number;
  readonly isWithinLimit?: boolean;
}

export function summarize(
  profile: string,
  scenario: string,
  title: string,
  { what, unit, turnpike, bare, maxRatio }: Measurement,
): ResultRow {
  const row = { profile, scenario, title, what, unit, turnpike: resultOf(turnpike) };
  if (!bare) return row;
  const compared = { ...row, bare: { what: bare.what, ...resultOf(bare.samples) } };
  const ratio = compared.turnpike.median / compared.bare.median;
  if (maxRatio === undefined) return { ...compared, ratio };
  return { ...compared, ratio, maxRatio, isWithinLimit: ratio <= maxRatio };
}

function resultOf(samples: readonly number[]): Result {
  return { median: median(samples), samples };
}
