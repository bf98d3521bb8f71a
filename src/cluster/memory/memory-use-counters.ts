import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";

import type { Clock } from "../../core/ports/clock.ts";
import type { Counted, UseCounters } from "../../core/ports/use-counters.ts";

/** Timers cannot be longer. */
const LONGEST_MS = 24 * 60 * 60 * 1000;

/** Counters of one server by itself. They are gone when it ends. */
export class MemoryUseCounters implements UseCounters {
  readonly #clock: Clock;
  // It only counts: what a limit is depends on the key.
  readonly #limiter = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: 60 });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async read(name: string): Promise<Counted | undefined> {
    const found = await this.#limiter.get(name);
    // Its timer may be late.
    return found && found.msBeforeNext > 0 ? this.#toCounted(found) : undefined;
  }

  async add(name: string, amount: number, lengthMs: number): Promise<Counted> {
    const options = { customDuration: Math.min(lengthMs, LONGEST_MS) / 1000 };
    return this.#toCounted(await this.#limiter.penalty(name, amount, options));
  }

  #toCounted({ consumedPoints, msBeforeNext }: RateLimiterRes): Counted {
    return { amount: consumedPoints, endsAtMs: this.#clock() + msBeforeNext };
  }
}
