import type { TestBed } from "./test-bed.ts";

/** One line of the table: what Turnpike took, and what the bare SDK took for the same. */
export interface Measurement {
  /** What was measured, such as `first token`. */
  readonly what: string;
  readonly unit: "ms" | "µs" | "MiB";
  readonly turnpike: readonly number[];
  /** Absent where the bare SDK has nothing like it. */
  readonly bare?: { readonly what: string; readonly samples: readonly number[] };
  /** The most that Turnpike may take, as a multiple of the bare SDK. */
  readonly maxRatio?: number;
}

export interface Scenario {
  /** For `--only`. */
  readonly name: string;
  readonly title: string;
  /** @throws Error when something else happened than what was to be measured. */
  run(bed: TestBed): Promise<readonly Measurement[]>;
}
