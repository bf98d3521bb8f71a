/** What the receiver takes: so many at once, and then so many in each second. */
export interface SendRate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Counts as the receiver does, so that nothing is sent that it would drop without a word. */
export class SendAllowance {
  readonly #rate: SendRate;
  readonly #clock: () => number;
  #left: number;
  #countedAt: number;

  /** @param clock - in milliseconds */
  constructor(rate: SendRate, clock: () => number) {
    this.#rate = rate;
    this.#clock = clock;
    this.#left = rate.burst;
    this.#countedAt = clock();
  }

  /** Takes one. Returns how long to wait before it may be used, in milliseconds. */
  take(): number {
    const { burst, perSecond } = this.#rate;
    const now = this.#clock();
    this.#left = Math.min(burst, this.#left + ((now - this.#countedAt) / 1000) * perSecond) - 1;
    this.#countedAt = now;
    return this.#left >= 0 ? 0 : Math.ceil((-this.#left / perSecond) * 1000);
  }
}
