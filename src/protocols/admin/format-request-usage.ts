import type { RequestSum } from "../../core/ports/request-log.ts";
import { csvCell, type ExportFormat } from "./format-export.ts";
import { EMPTY_SUM, formatSum, type GroupBody, type SumBody } from "./format-overview.ts";

/** What was used. Times are milliseconds since the epoch, costs US dollars. */
export interface RequestUsageBody {
  readonly object: "usage";
  readonly by: string;
  readonly since: number;
  readonly until: number;
  readonly time_zone: string;
  readonly total: SumBody;
  /** Their ids are days (`2026-11-29`), months, or what they have in common. */
  readonly data: readonly GroupBody[];
}

interface Facts {
  readonly by: string;
  readonly since: number;
  readonly until: number;
  readonly timeZone: string;
  readonly total: RequestSum | undefined;
  readonly parts: readonly RequestSum[];
}

export function formatRequestUsage({ by, since, until, timeZone, total, parts }: Facts): RequestUsageBody {
  return {
    object: "usage",
    by,
    since,
    until,
    time_zone: timeZone,
    total: formatSum(total ?? EMPTY_SUM),
    data: parts.map((sum) => ({ id: sum.group[0] ?? "", ...formatSum(sum) })),
  };
}

const COLUMNS = [
  "requests",
  "failures",
  "turns",
  "input_tokens",
  "cache_read_tokens",
  "cache_write_tokens",
  "output_tokens",
  "reasoning_tokens",
  "cost_usd",
] as const satisfies readonly (keyof SumBody)[];

/** The same as a file: a line for each part. */
export function formatUsageExport({ by, data }: RequestUsageBody, format: ExportFormat): string {
  const rows = data.map((sum) => ({
    [by]: sum.id,
    ...Object.fromEntries(COLUMNS.map((name) => [name, sum[name]])),
  }));
  if (format === "ndjson") return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  const lines = data.map((sum) => [
    csvCell(sum.id, false),
    ...COLUMNS.map((name) => csvCell(sum[name], false)),
  ]);
  return [[by, ...COLUMNS], ...lines].map((cells) => `${cells.join(",")}\r\n`).join("");
}
