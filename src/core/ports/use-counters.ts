/** What has been counted under a name, and until when it counts. */
export interface Counted {
  readonly amount: number;
  /** Milliseconds since the epoch. */
  readonly endsAtMs: number;
}

/**
 * Counters that begin with the first amount and are forgotten after their time, shared by all servers of a cluster. Amounts are
 * whole numbers.
 */
export interface UseCounters {
  /** Undefined when nothing counts. */
  read(name: string): Promise<Counted | undefined>;
  /** Adds an amount, which may be negative. `lengthMs`: how long a counter that begins now counts. */
  add(name: string, amount: number, lengthMs: number): Promise<Counted>;
}
