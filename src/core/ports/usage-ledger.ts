import type { PrincipalId } from "../words/ids.ts";

/** What a principal has used in a period. */
export interface PeriodUse {
  readonly tokens: number;
  /** In millionths of a US dollar. */
  readonly costMicros: number;
}

export interface BookedUse extends PeriodUse {
  readonly principalId: PrincipalId;
  /** A day or a month of UTC: `2026-11-29`, `2026-11`. */
  readonly period: string;
}

/** What principals with keys in the database have used, by day and month. It outlives the server. */
export interface UsageLedger {
  /** Adds to what is booked already. All of it counts, or nothing. */
  book(uses: readonly BookedUse[]): Promise<void>;
  readUse(principalId: PrincipalId, period: string): Promise<PeriodUse>;
}
