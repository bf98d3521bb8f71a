import type { Clock } from "../../core/ports/clock.ts";
import type { KeyStore } from "../../core/ports/key-store.ts";
import type {
  AdmittedTurn,
  ExpectedTurn,
  LimitReport,
  LimitState,
  UsageLimits,
} from "../../core/ports/usage-limits.ts";
import type { Counted, UseCounters } from "../../core/ports/use-counters.ts";
import type { AppError } from "../../core/words/app-error.ts";
import type { KeyLimits } from "../../core/words/api-key.ts";
import type { PrincipalId } from "../../core/words/ids.ts";
import type { TurnUse } from "../../core/words/usage.ts";
import { KeyedLock } from "../../lib/keyed-lock.ts";
import type { BookedUsage } from "./booked-usage.ts";
import { type Expectation, ExpectedUse } from "./expected-use.ts";
import { limitReached, tooManyTurns } from "./limit-refusals.ts";
import { amountOf, limitSpecs, type LimitSpec, resetOf } from "./limit-spec.ts";
import { amountsOf } from "./turn-amounts.ts";
import { dayOf, monthOf } from "./usage-periods.ts";

export interface LimitedUsageParts {
  readonly keys: Pick<KeyStore, "findById">;
  readonly counters: UseCounters;
  readonly booked: BookedUsage;
  readonly clock: Clock;
}

/** What a turn holds back of a limit until its use is known. */
interface Hold {
  readonly spec: LimitSpec;
  readonly amount: number;
  /** Of the counter that it was taken from. */
  readonly endsAtMs: number;
}

/** A turn under way. */
interface Admitted {
  readonly turn: ExpectedTurn;
  /** Absent when nothing is limited that is counted. */
  readonly expected: Expectation | undefined;
  readonly holds: readonly Hold[];
  readonly admittedAt: number;
}

/** Counters of the same window differ by no more, as clocks go. */
const SAME_WINDOW_MS = 500;

/**
 * The limits of keys. A turn takes what it may come to before it begins, from all limits or from none, and gives back what it did
 * not use: however many come at once, what they are known to need never exceeds a limit.
 */
export class LimitedUsage implements UsageLimits {
  readonly #parts: LimitedUsageParts;
  /** For each principal: nothing changes between a look at its counters and what follows from it. */
  readonly #lock = new KeyedLock();
  readonly #expected = new ExpectedUse();
  /** Turns under way, for each principal. */
  readonly #running = new Map<PrincipalId, number>();
  /** What turns under way hold back. */
  readonly #holds = new Set<Hold>();

  constructor(parts: LimitedUsageParts) {
    this.#parts = parts;
  }

  async admit(turn: ExpectedTurn, signal: AbortSignal): Promise<AdmittedTurn> {
    const { principalId } = turn;
    const limits = await this.#limitsOf(principalId);
    if (!limits) return NOT_COUNTED;
    return this.#lock.run(principalId, async () => {
      signal.throwIfAborted();
      const now = this.#parts.clock();
      const specs = limitSpecs(principalId, limits, now);
      this.#requirePlaces(turn, limits);
      // To estimate a long history takes a while.
      const expected = specs.length > 0 ? this.#expected.of(turn) : undefined;
      const holds = expected ? await this.#hold(turn, specs, expected, now) : [];
      this.#noteRunning(principalId, 1);
      return {
        end: (used) =>
          this.#lock.run(principalId, () => this.#settle({ turn, expected, holds, admittedAt: now }, used)),
      };
    });
  }

  async report(principalId: PrincipalId): Promise<LimitReport | undefined> {
    const limits = await this.#limitsOf(principalId);
    if (!limits) return undefined;
    return this.#lock.run(principalId, async () => {
      const now = this.#parts.clock();
      const report: { requests?: LimitState; tokens?: LimitState } = {};
      for (const spec of limitSpecs(principalId, limits, now)) {
        if (spec.thing === "cost") continue;
        const counted = await this.#read(principalId, spec);
        const remaining = Math.max(0, spec.limit - (counted?.amount ?? 0));
        const resetsAtMs = resetOf(spec, now) ?? counted?.endsAtMs ?? now;
        if (remaining < (report[spec.thing]?.remaining ?? Infinity)) {
          report[spec.thing] = { limit: spec.limit, remaining, resetsAtMs };
        }
      }
      return report;
    });
  }

  /** Undefined for a principal whose use is not even counted. */
  async #limitsOf(id: PrincipalId): Promise<KeyLimits | undefined> {
    const principal = await this.#parts.keys.findById(id);
    // Its requests are refused where they come in.
    return principal === "gone" ? undefined : principal?.limits;
  }

  /** For all turns that its request begins: those of one that is refused cost nothing. */
  #requirePlaces({ principalId, alongside = [] }: ExpectedTurn, { turnsAtOnce }: KeyLimits): void {
    const asked = 1 + alongside.length;
    if (turnsAtOnce === undefined || (this.#running.get(principalId) ?? 0) + asked <= turnsAtOnce) return;
    throw tooManyTurns(turnsAtOnce, asked);
  }

  /**
   * Takes what the turn may come to, from each limit.
   * @throws AppError when one of them has not enough for it and for what its request begins besides; then nothing is taken
   */
  async #hold(
    turn: ExpectedTurn,
    specs: readonly LimitSpec[],
    { least, leastOfOthers, likely }: Expectation,
    now: number,
  ): Promise<readonly Hold[]> {
    const holds: Hold[] = [];
    try {
      for (const spec of specs) {
        const asked = amountOf(spec, turn, least);
        const counted = await this.#read(turn.principalId, spec);
        const taken = counted?.amount ?? 0;
        const isOfRequests = spec.thing === "requests";
        const others = isOfRequests ? 0 : amountOf(spec, turn, leastOfOthers);
        // Nothing begins where nothing is left, even if it is not known to need any.
        const needed = isOfRequests ? asked : Math.max(asked, 1) + others;
        if (taken + needed > spec.limit) throw this.#refusal(spec, needed, counted, now);
        // What is only likely is taken as far as it is there: it refuses nobody, and leaves the request's other turns theirs.
        const amount = Math.max(asked, Math.min(amountOf(spec, turn, likely), spec.limit - taken - others));
        const { endsAtMs } = await this.#parts.counters.add(spec.name, amount, spec.lengthMs);
        const hold = { spec, amount, endsAtMs };
        this.#holds.add(hold);
        holds.push(hold);
      }
      return holds;
    } catch (error) {
      for (const hold of holds) await this.#giveBack(hold, 0);
      throw error;
    }
  }

  #refusal(spec: LimitSpec, needed: number, counted: Counted | undefined, now: number): AppError {
    // Requests are not given back.
    const held = spec.thing === "requests" ? 0 : this.#heldBack(spec, counted);
    const used = (counted?.amount ?? 0) - held;
    return limitReached({
      spec,
      used,
      asked: needed,
      isHeldBack: used + needed <= spec.limit,
      resetsAtMs: resetOf(spec, now) ?? counted?.endsAtMs ?? now,
      now,
    });
  }

  /** How much of what a counter says is held back for turns under way. */
  #heldBack({ name }: LimitSpec, counted: Counted | undefined): number {
    let held = 0;
    for (const hold of this.#holds)
      if (hold.spec.name === name && isSameWindow(hold, counted)) held += hold.amount;
    return held;
  }

  /** The counter of a limit; one that begins is told what was used in its period before this server began. */
  async #read(principalId: PrincipalId, { name, lengthMs, booked }: LimitSpec): Promise<Counted | undefined> {
    const { counters } = this.#parts;
    const counted = await counters.read(name);
    if (counted || !booked) return counted;
    const use = await this.#parts.booked.read(principalId, booked.period);
    return counters.add(name, use[booked.of], lengthMs);
  }

  async #settle({ turn, expected, holds, admittedAt }: Admitted, use: TurnUse): Promise<void> {
    const { principalId } = turn;
    const amounts = amountsOf(use);
    this.#noteRunning(principalId, -1);
    for (const hold of holds) {
      // A request stays one, whatever came of it.
      const used = hold.spec.thing === "requests" ? hold.amount : amountOf(hold.spec, turn, amounts);
      await this.#giveBack(hold, used);
    }
    if (amounts.tokens === 0 && amounts.costMicros === 0) return;
    if (expected) this.#expected.learn(turn, expected, use);
    // Last: a counter that began meanwhile was told what is booked without this.
    for (const period of [dayOf(admittedAt), monthOf(admittedAt)]) {
      this.#parts.booked.add({ principalId, period, ...amounts });
    }
  }

  /** Replaces what was held back by what was used. */
  async #giveBack(hold: Hold, used: number): Promise<void> {
    const { spec, amount } = hold;
    const { counters } = this.#parts;
    this.#holds.delete(hold);
    const counted = await counters.read(spec.name);
    if (isSameWindow(hold, counted)) {
      await counters.add(spec.name, used - amount, spec.lengthMs);
    } else if (spec.booked) {
      // The counter of the period began anew without it; if none has, the next one is told by what is booked.
      if (counted) await counters.add(spec.name, used, spec.lengthMs);
    } else if (used > amount && spec.thing !== "requests") {
      // Its minute is over, and counted what was expected.
      await counters.add(spec.name, used - amount, spec.lengthMs);
    }
  }

  #noteRunning(id: PrincipalId, change: 1 | -1): void {
    const count = (this.#running.get(id) ?? 0) + change;
    if (count > 0) this.#running.set(id, count);
    else this.#running.delete(id);
  }
}

function isSameWindow({ endsAtMs }: Hold, counted: Counted | undefined): boolean {
  return counted !== undefined && Math.abs(counted.endsAtMs - endsAtMs) < SAME_WINDOW_MS;
}

const NOT_COUNTED: AdmittedTurn = { end: async () => {} };
