import type { RequestSum, SumDimension } from "../../core/ports/request-log.ts";
import { firstTokenWithin } from "../../core/words/first-token-times.ts";

/** Requests together. Costs are US dollars; what nothing is known of is null. */
export interface SumBody {
  readonly requests: number;
  readonly failures: number;
  readonly turns: number;
  readonly input_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  readonly output_tokens: number;
  readonly reasoning_tokens: number;
  readonly cost_usd: number;
  readonly mean_duration_ms: number | null;
  readonly mean_queue_ms: number | null;
  /** Only in the total, the series and the placements, and of a key or of all; else null. */
  readonly first_token: {
    readonly count: number;
    /** As exact as the classes in which they are counted. */
    readonly median_ms: number | null;
    readonly p95_ms: number | null;
  } | null;
}

export interface OverviewBody {
  readonly object: "overview";
  readonly range: string;
  readonly period_seconds: number;
  readonly since: number;
  readonly until: number;
  readonly total: SumBody;
  readonly series: readonly ({ readonly at: number } & SumBody)[];
  /** Empty ids: it is unknown, or there was none. */
  readonly by_principal: readonly GroupBody[];
  readonly by_model: readonly GroupBody[];
  readonly by_profile: readonly GroupBody[];
  readonly by_protocol: readonly GroupBody[];
  readonly by_status: readonly GroupBody[];
  readonly by_error: readonly GroupBody[];
  readonly by_placement: readonly GroupBody[];
}

export type GroupBody = { readonly id: string } & SumBody;

export interface OverviewFacts {
  readonly range: string;
  readonly period: number;
  readonly since: number;
  readonly until: number;
  readonly total: RequestSum | undefined;
  readonly series: readonly RequestSum[];
  readonly by: Readonly<Record<SumDimension, readonly RequestSum[]>>;
}

export function formatOverview({
  range,
  period,
  since,
  until,
  total,
  series,
  by,
}: OverviewFacts): OverviewBody {
  return {
    object: "overview",
    range,
    period_seconds: period,
    since,
    until,
    total: formatSum(total ?? EMPTY_SUM),
    series: series.map((sum) => ({ at: Number(sum.group[0]), ...formatSum(sum) })),
    by_principal: by.principalId.map(formatGroup),
    by_model: by.model.map(formatGroup),
    by_profile: by.profile.map(formatGroup),
    by_protocol: by.protocol.map(formatGroup),
    by_status: by.status.map(formatGroup),
    by_error: by.error.filter(({ group }) => group[0] !== "").map(formatGroup),
    by_placement: by.placement.map(formatGroup),
  };
}

function formatGroup(sum: RequestSum): GroupBody {
  return { id: sum.group[0] ?? "", ...formatSum(sum) };
}

export function formatSum(sum: RequestSum): SumBody {
  const { requests, firstTokens } = sum;
  const mean = (total: number) => (requests === 0 ? null : Math.round(total / requests));
  return {
    requests,
    failures: sum.failures,
    turns: sum.turns,
    input_tokens: sum.inputTokens,
    cache_read_tokens: sum.cacheReadTokens,
    cache_write_tokens: sum.cacheWriteTokens,
    output_tokens: sum.outputTokens,
    reasoning_tokens: sum.reasoningTokens,
    cost_usd: sum.costUsd,
    mean_duration_ms: mean(sum.durationMs),
    mean_queue_ms: mean(sum.queueMs),
    first_token:
      firstTokens.length === 0
        ? null
        : {
            count: firstTokens.reduce((all, count) => all + count, 0),
            median_ms: firstTokenWithin(firstTokens, 0.5) ?? null,
            p95_ms: firstTokenWithin(firstTokens, 0.95) ?? null,
          },
  };
}

/** Of no requests. */
export const EMPTY_SUM: RequestSum = {
  group: [],
  requests: 0,
  failures: 0,
  turns: 0,
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  costUsd: 0,
  durationMs: 0,
  queueMs: 0,
  firstTokens: [0],
};
