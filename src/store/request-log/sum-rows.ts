import type { Insertable } from "kysely";

import { type RequestSum, SUM_PERIODS, type SumPeriod } from "../../core/ports/request-log.ts";
import type { RequestEntry } from "../../core/words/request-entry.ts";
import { toStoredText } from "../database/stored-text.ts";
import { FIRST_TOKEN_COLUMNS, type FirstTokenColumn, firstTokenColumn } from "./first-token-columns.ts";
import type {
  RequestConversationTable,
  RequestLogTables,
  RequestPlaceTable,
  RequestSumTable,
} from "./request-log-tables.ts";

type SumRow = Insertable<RequestSumTable>;
type PlaceRow = Insertable<RequestPlaceTable>;
type TotalRow = Insertable<RequestLogTables["request_totals"]>;
type ConversationRow = Insertable<RequestConversationTable>;

/** What tells sums apart, and places. */
export const SUM_KEY = [
  "period",
  "begins_at",
  "principal_id",
  "model",
  "profile",
  "protocol",
  "error",
  "status",
] as const;
export const PLACE_KEY = ["period", "begins_at", "principal_id", "placement"] as const;
export const TOTAL_KEY = ["period", "begins_at", "principal_id"] as const;
export const CONVERSATION_KEY = ["period", "begins_at", "conversation_id"] as const;

/** An hour and a day: nobody asks what a conversation used by the minute. */
const CONVERSATION_PERIODS: readonly SumPeriod[] = [3_600, 86_400];

/** What is added up. */
export const SUM_COUNTS = [
  "requests",
  "failures",
  "turns",
  "input_tokens",
  "cache_read_tokens",
  "cache_write_tokens",
  "output_tokens",
  "reasoning_tokens",
  "cost_usd",
  "duration_ms",
  "queue_ms",
] as const;
export const PLACE_COUNTS = [...SUM_COUNTS, ...FIRST_TOKEN_COLUMNS] as const;

/** What a row of sums counts. Postgres gives sums as text, since they may exceed a number. */
export function readCounts(
  row: Readonly<Partial<Record<(typeof SUM_COUNTS)[number], string | number>>>,
): Omit<RequestSum, "group" | "firstTokens"> {
  return {
    requests: Number(row.requests),
    failures: Number(row.failures),
    turns: Number(row.turns),
    inputTokens: Number(row.input_tokens),
    cacheReadTokens: Number(row.cache_read_tokens),
    cacheWriteTokens: Number(row.cache_write_tokens),
    outputTokens: Number(row.output_tokens),
    reasoningTokens: Number(row.reasoning_tokens),
    costUsd: Number(row.cost_usd),
    durationMs: Number(row.duration_ms),
    queueMs: Number(row.queue_ms),
  };
}

/** The sums of these entries, by their key: in that order several servers lock them one after the other. */
export function toSumRows(entries: readonly RequestEntry[]): readonly SumRow[] {
  return addUp<SumRow, (typeof SUM_COUNTS)[number]>(
    entries,
    SUM_PERIODS,
    SUM_KEY,
    SUM_COUNTS,
    (entry, period) => ({
      ...countsOf(entry, period),
      model: toStoredText(entry.model ?? ""),
      profile: toStoredText(entry.profile ?? ""),
      protocol: entry.protocol ?? "",
      error: entry.error ?? "",
      status: entry.status,
    }),
  );
}

/** The same by key alone. */
export function toTotalRows(entries: readonly RequestEntry[]): readonly TotalRow[] {
  return addUp<TotalRow, (typeof SUM_COUNTS)[number]>(entries, SUM_PERIODS, TOTAL_KEY, SUM_COUNTS, countsOf);
}

/** The same by where turns ran. */
export function toPlaceRows(entries: readonly RequestEntry[]): readonly PlaceRow[] {
  return addUp<PlaceRow, (typeof PLACE_COUNTS)[number]>(
    entries,
    SUM_PERIODS,
    PLACE_KEY,
    PLACE_COUNTS,
    (entry, period) => {
      // Proof for the cast: the list has all of the columns.
      const firstTokens = Object.fromEntries(FIRST_TOKEN_COLUMNS.map((column) => [column, 0])) as Record<
        FirstTokenColumn,
        number
      >;
      if (entry.firstTokenMs !== undefined) firstTokens[firstTokenColumn(entry.firstTokenMs)] = 1;
      return { ...countsOf(entry, period), placement: entry.placement ?? "", ...firstTokens };
    },
  );
}

/** The same by conversation. */
export function toConversationRows(entries: readonly RequestEntry[]): readonly ConversationRow[] {
  const ofConversations = entries.filter(({ conversationId }) => conversationId !== undefined);
  return addUp<ConversationRow, (typeof SUM_COUNTS)[number]>(
    ofConversations,
    CONVERSATION_PERIODS,
    CONVERSATION_KEY,
    SUM_COUNTS,
    (entry, period) => ({
      ...countsOf(entry, period),
      // Proof for the cast: the others have been left out.
      conversation_id: entry.conversationId as ConversationRow["conversation_id"],
    }),
  );
}

function addUp<Row, Count extends keyof Row>(
  entries: readonly RequestEntry[],
  periods: readonly SumPeriod[],
  key: readonly (keyof Row)[],
  counts: readonly Count[],
  toRow: (entry: RequestEntry, period: number) => Row & Record<Count, number>,
): readonly Row[] {
  const rows = new Map<string, Record<Count, number> & Row>();
  for (const entry of entries) {
    for (const period of periods) {
      const row = toRow(entry, period);
      const name = JSON.stringify(key.map((column) => row[column]));
      const sum = rows.get(name);
      if (!sum) rows.set(name, row);
      // Proof for the cast: these columns hold numbers.
      else for (const column of counts) (sum as Record<Count, number>)[column] += row[column];
    }
  }
  return [...rows].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
}

function countsOf(entry: RequestEntry, period: number) {
  const periodMs = period * 1_000;
  const { usage } = entry;
  return {
    period,
    begins_at: Math.floor(entry.startedAt / periodMs) * periodMs,
    principal_id: entry.principalId ?? ("" as const),
    requests: 1,
    failures: entry.error === undefined ? 0 : 1,
    turns: entry.turnCount,
    input_tokens: usage.inputTokens,
    cache_read_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    output_tokens: usage.outputTokens,
    reasoning_tokens: usage.reasoningTokens,
    cost_usd: entry.costUsd,
    duration_ms: Math.max(0, entry.endedAt - entry.startedAt),
    queue_ms: entry.queueMs ?? 0,
  };
}
