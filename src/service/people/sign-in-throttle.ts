import type { UseCounters } from "../../core/ports/use-counters.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { AppError } from "../../core/words/app-error.ts";
import { KeyedLock } from "../../lib/keyed-lock.ts";

/** Who tries. */
export interface Attempt {
  /** What is unique of the name that is tried, whether there is such a user or not. */
  readonly nameKey: string;
  readonly address: string;
  /** Of a browser in which this user has signed in before. */
  readonly device?: string;
}

interface Bound {
  readonly name: string;
  readonly limit: number;
  readonly lengthMs: number;
}

const QUARTER_MS = 15 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;

/**
 * Holds guesses of passwords back. A browser that a user has signed in with before has a bound of its own, so that nobody who guesses
 * elsewhere locks that user out; all others are counted by address and by name, and together. The last bounds what is remembered.
 */
export class SignInThrottle {
  readonly #counters: UseCounters;
  readonly #clock: Clock;
  /** One of an address at a time, so that many at once are counted like one after the other. */
  readonly #lock = new KeyedLock();

  constructor(counters: UseCounters, clock: Clock) {
    this.#counters = counters;
    this.#clock = clock;
  }

  /**
   * Counts a try before it is made, so that many at once are no more than one after the other. Resolves with what takes it back
   * when it was right.
   * @throws AppError `rate-limited`
   */
  async enter(attempt: Attempt): Promise<() => Promise<void>> {
    const counted = boundsOf(attempt);
    await this.#lock.run(attempt.address, () => this.#count(counted));
    return async () => {
      for (const { name, lengthMs } of counted) {
        // One that has ended meanwhile must not begin below zero.
        if (await this.#counters.read(name)) await this.#counters.add(name, -1, lengthMs);
      }
    };
  }

  /** All or none: who is refused for one name uses nothing up that is there for the others, and makes no new counters. */
  async #count(bounds: readonly Bound[]): Promise<void> {
    for (const { name, limit } of bounds) {
      const counted = await this.#counters.read(name);
      if (counted && counted.amount >= limit) throw tooMany(counted.endsAtMs - this.#clock());
    }
    for (const { name, limit, lengthMs } of bounds) {
      const { amount, endsAtMs } = await this.#counters.add(name, 1, lengthMs);
      // Others, elsewhere, were faster.
      if (amount > limit) throw tooMany(endsAtMs - this.#clock());
    }
  }
}

function boundsOf({ nameKey, address, device }: Attempt): readonly Bound[] {
  if (device !== undefined) return [{ name: `sign-in device ${device}`, limit: 10, lengthMs: QUARTER_MS }];
  return [
    { name: `sign-in address ${address}`, limit: 100, lengthMs: QUARTER_MS },
    { name: "sign-in anybody", limit: 2_000, lengthMs: QUARTER_MS },
    { name: `sign-in here ${address} ${nameKey}`, limit: 10, lengthMs: QUARTER_MS },
    { name: `sign-in name ${nameKey}`, limit: 100, lengthMs: HOUR_MS },
  ];
}

function tooMany(waitMs: number): AppError {
  return new AppError({
    kind: "rate-limited",
    message:
      "Too many tries to sign in. Wait, sign in with a browser that you have signed in with before, or ask for a link: turnpike users link NAME",
    retryAfterMs: Math.max(0, waitMs),
  });
}
