import type {
  RequestLogStore,
  RequestSum,
  RequestSumQuestion,
  SumDimension,
  SumPeriod,
} from "../../core/ports/request-log.ts";
import { addUsage } from "../../core/words/usage.ts";

/** So many periods, the one that is under way included. */
export const OVERVIEW_RANGES = {
  "1h": { period: 60, count: 60 },
  "24h": { period: 3_600, count: 24 },
  "30d": { period: 86_400, count: 30 },
} as const satisfies Readonly<Record<string, { readonly period: SumPeriod; readonly count: number }>>;
export type OverviewRange = keyof typeof OVERVIEW_RANGES;

export interface Overview {
  readonly range: OverviewRange;
  readonly period: SumPeriod;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  /** Absent when there was no request. */
  readonly total: RequestSum | undefined;
  /** By the start of their period; periods without a request are left out. */
  readonly series: readonly RequestSum[];
  readonly by: Readonly<Record<SumDimension, readonly RequestSum[]>>;
}

/** Everything of one time together: in all, as it went, and by what requests have in common. */
export async function sumOverview(
  log: Pick<RequestLogStore, "sum">,
  range: OverviewRange,
  only: RequestSumQuestion["only"] & object,
  now: number,
): Promise<Overview> {
  const { period, count } = OVERVIEW_RANGES[range];
  const periodMs = period * 1_000;
  const until = (Math.floor(now / periodMs) + 1) * periodMs;
  const asked = { period, since: until - count * periodMs, until, only };
  // What is asked for together is read once, and adds up to each of it.
  const isOfKeys = Object.keys(only).every((name) => name === "principalId");
  const [times, askers, kinds] = await Promise.all([
    isOfKeys
      ? log.sum({ ...asked, by: ["time", "placement"], withFirstTokens: true })
      : log.sum({ ...asked, by: ["time"] }),
    log.sum({ ...asked, by: ["principalId", "model"] }),
    log.sum({ ...asked, by: ["profile", "protocol", "status", "error"] }),
  ]);
  const { since } = asked;
  return {
    range,
    period,
    since,
    until,
    total: addSums(times),
    series: addUpBy(times, 0).toSorted((one, other) => Number(one.group[0]) - Number(other.group[0])),
    by: {
      placement: isOfKeys ? mostFirst(addUpBy(times, 1)) : [],
      principalId: mostFirst(addUpBy(askers, 0)),
      model: mostFirst(addUpBy(askers, 1)),
      profile: mostFirst(addUpBy(kinds, 0)),
      protocol: mostFirst(addUpBy(kinds, 1)),
      status: mostFirst(addUpBy(kinds, 2)),
      error: mostFirst(addUpBy(kinds, 3)),
    },
  };
}

/** The sums of those that have the same in one place of their groups. */
function addUpBy(sums: readonly RequestSum[], place: number): readonly RequestSum[] {
  const groups = Map.groupBy(sums, ({ group }) => group[place] ?? "");
  return Array.from(groups).flatMap(([name, some]) => {
    const sum = addSums(some);
    return sum ? [{ ...sum, group: [name] }] : [];
  });
}

/** All together; undefined when there are none. */
export function addSums(sums: readonly RequestSum[]): RequestSum | undefined {
  const [first, ...others] = sums;
  if (!first) return undefined;
  return others.reduce<RequestSum>(
    (sum, more) => ({
      ...addUsage(sum, more),
      group: [],
      requests: sum.requests + more.requests,
      failures: sum.failures + more.failures,
      turns: sum.turns + more.turns,
      costUsd: sum.costUsd + more.costUsd,
      durationMs: sum.durationMs + more.durationMs,
      queueMs: sum.queueMs + more.queueMs,
      firstTokens: sum.firstTokens.map((count, index) => count + (more.firstTokens[index] ?? 0)),
    }),
    { ...first, group: [] },
  );
}

function mostFirst(sums: readonly RequestSum[]): readonly RequestSum[] {
  return sums.toSorted((one, other) => other.costUsd - one.costUsd || other.requests - one.requests);
}
