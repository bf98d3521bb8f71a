import type { ExpectedTurn } from "../../core/ports/usage-limits.ts";
import type { PeriodUse } from "../../core/ports/usage-ledger.ts";
import type { KeyLimits } from "../../core/words/api-key.ts";
import type { PrincipalId } from "../../core/words/ids.ts";
import { dayOf, endOfDay, endOfMonth, monthOf } from "./usage-periods.ts";

/** What a counter counts: cost in millionths of a US dollar. */
export type CountedThing = "requests" | "tokens" | "cost";

/** One limit of a key on something that is counted, at a moment. */
export interface LimitSpec {
  readonly of: keyof KeyLimits;
  readonly thing: CountedThing;
  readonly per: "minute" | "day" | "month";
  readonly limit: number;
  /** Of its counter. */
  readonly name: string;
  /** How long a counter that begins now counts. */
  readonly lengthMs: number;
  /** What is booked of it outlives the server. */
  readonly booked?: { readonly period: string; readonly of: keyof PeriodUse };
}

const MINUTE_MS = 60_000;

/** Of these there are counters; turns at once are counted as they come and go, by `limited-usage.ts`. */
type CountedLimit = Exclude<keyof KeyLimits, "turnsAtOnce">;
type Counting = Omit<LimitSpec, "of" | "limit">;

/** The counted limits of a key as they apply at a time. Days and months are those of UTC, minutes begin with the first turn. */
export function limitSpecs(id: PrincipalId, limits: KeyLimits, now: number): readonly LimitSpec[] {
  const day = dayOf(now);
  const month = monthOf(now);
  const untilTomorrow = endOfDay(now) - now;
  const countings: Readonly<Record<CountedLimit, Counting>> = {
    requestsPerMinute: { thing: "requests", per: "minute", name: `${id} requests`, lengthMs: MINUTE_MS },
    tokensPerMinute: { thing: "tokens", per: "minute", name: `${id} tokens`, lengthMs: MINUTE_MS },
    tokensPerDay: {
      thing: "tokens",
      per: "day",
      name: `${id} tokens ${day}`,
      lengthMs: untilTomorrow,
      booked: { period: day, of: "tokens" },
    },
    costPerDayUsd: {
      thing: "cost",
      per: "day",
      name: `${id} cost ${day}`,
      lengthMs: untilTomorrow,
      booked: { period: day, of: "costMicros" },
    },
    costPerMonthUsd: {
      thing: "cost",
      per: "month",
      name: `${id} cost ${month}`,
      lengthMs: endOfMonth(now) - now,
      booked: { period: month, of: "costMicros" },
    },
  };
  // Proof for the cast: the table has these fields.
  return (Object.keys(countings) as CountedLimit[]).flatMap((of) => {
    const { [of]: limit } = limits;
    if (limit === undefined) return [];
    const counting = countings[of];
    return [{ of, limit: counting.thing === "cost" ? toMicros(limit) : limit, ...counting }];
  });
}

/** When a limit of a day or a month begins anew. A minute's counter says so itself. */
export function resetOf({ per }: LimitSpec, now: number): number | undefined {
  if (per === "minute") return undefined;
  return per === "day" ? endOfDay(now) : endOfMonth(now);
}

/** A turn as it is expected, or as it was. */
export interface TurnAmounts {
  readonly tokens: number;
  readonly costMicros: number;
}

export function amountOf(
  { thing }: LimitSpec,
  turn: Pick<ExpectedTurn, "isFurther">,
  amounts: TurnAmounts,
): number {
  switch (thing) {
    case "requests":
      return turn.isFurther ? 0 : 1;
    case "tokens":
      return amounts.tokens;
    case "cost":
      return amounts.costMicros;
  }
}

function toMicros(dollars: number): number {
  return Math.round(dollars * 1_000_000);
}
