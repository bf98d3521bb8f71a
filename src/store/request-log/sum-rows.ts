import type { Insertable } from "kysely";

import { SUM_PERIODS } from "../../core/ports/request-log.ts";
import type { RequestEntry } from "../../core/words/request-entry.ts";
import { toStoredText } from "../database/stored-text.ts";
import { FIRST_TOKEN_COLUMNS, firstTokenColumn } from "./first-token-columns.ts";
import type { RequestSumTable } from "./request-log-tables.ts";

export type SumRow = Insertable<RequestSumTable>;

/** What tells sums apart. */
export const SUM_KEY = [
  "period",
  "begins_at",
  "principal_id",
  "model",
  "profile",
  "protocol",
  "status",
  "error",
  "placement",
] as const;

/** What is added up. */
export const SUM_COUNTS = [
  "requests",
  "turns",
  "input_tokens",
  "cache_read_tokens",
  "cache_write_tokens",
  "output_tokens",
  "reasoning_tokens",
  "cost_usd",
  "duration_ms",
  "queue_ms",
  ...FIRST_TOKEN_COLUMNS,
] as const;

/** The sums of these entries, by their key: in that order several servers lock them one after the other. */
export function toSumRows(entries: readonly RequestEntry[]): readonly SumRow[] {
  const rows = new Map<string, SumRow>();
  for (const entry of entries) {
    for (const period of SUM_PERIODS) {
      const row = toSumRow(entry, period);
      const key = JSON.stringify(SUM_KEY.map((column) => row[column]));
      const sum = rows.get(key);
      if (!sum) rows.set(key, row);
      else for (const column of SUM_COUNTS) sum[column] += row[column];
    }
  }
  return [...rows].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
}

function toSumRow(entry: RequestEntry, period: number): SumRow {
  const periodMs = period * 1_000;
  const { usage, firstTokenMs } = entry;
  // Proof for the cast: the list has all of the columns.
  const firstTokens = Object.fromEntries(FIRST_TOKEN_COLUMNS.map((column) => [column, 0])) as Record<
    (typeof FIRST_TOKEN_COLUMNS)[number],
    number
  >;
  if (firstTokenMs !== undefined) firstTokens[firstTokenColumn(firstTokenMs)] = 1;
  return {
    period,
    begins_at: Math.floor(entry.startedAt / periodMs) * periodMs,
    principal_id: entry.principalId ?? "",
    model: toStoredText(entry.model ?? ""),
    profile: toStoredText(entry.profile ?? ""),
    protocol: entry.protocol ?? "",
    status: entry.status,
    error: entry.error ?? "",
    placement: entry.placement ?? "",
    requests: 1,
    turns: entry.turnCount,
    input_tokens: usage.inputTokens,
    cache_read_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    output_tokens: usage.outputTokens,
    reasoning_tokens: usage.reasoningTokens,
    cost_usd: entry.costUsd,
    duration_ms: Math.max(0, entry.endedAt - entry.startedAt),
    queue_ms: entry.queueMs ?? 0,
    ...firstTokens,
  };
}
