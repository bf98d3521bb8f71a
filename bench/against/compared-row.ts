import { median } from "../measure/median.ts";
import { pairedInterval } from "../measure/paired-interval.ts";

/** What two servers are compared by, and the most that may come out, a difference in the unit of what is measured; absent where it is only told. */
export interface Limit {
  readonly type: "ratio" | "difference";
  readonly most?: number;
}

/** One line of a comparison. */
export interface ComparedRow {
  readonly profile: string;
  readonly title: string;
  readonly what: string;
  readonly unit: "ms" | "µs";
  /** The medians. */
  readonly own: number;
  readonly other: number;
  readonly limit: Limit;
  /** The medians compared as the limit says. */
  readonly compared: number;
  /** Within which that lies with 95 % confidence. */
  readonly interval: readonly [from: number, to: number];
  readonly samples: { readonly own: readonly number[]; readonly other: readonly number[] };
  readonly isWithinLimit?: boolean;
}

/** Samples of both sides, in groups that belong together in pairs. */
export interface PairedSamples {
  readonly own: readonly (readonly number[])[];
  readonly other: readonly (readonly number[])[];
}

export function comparedRow(
  named: Pick<ComparedRow, "profile" | "title" | "what" | "unit" | "limit">,
  samples: PairedSamples,
): ComparedRow {
  const { limit } = named;
  const compare =
    limit.type === "ratio"
      ? (left: number, right: number) => left / right
      : (left: number, right: number) => left - right;
  const [own, other] = [median(samples.own.flat()), median(samples.other.flat())];
  const compared = compare(own, other);
  return {
    ...named,
    own,
    other,
    compared,
    interval: pairedInterval(samples.own, samples.other, compare),
    samples: { own: samples.own.flat(), other: samples.other.flat() },
    ...(limit.most !== undefined && { isWithinLimit: compared <= limit.most }),
  };
}
