import type { ConversationSum, RequestSum } from "../../core/ports/request-log.ts";
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
  readonly data: readonly UsagePartBody[];
  /** What is in the total and not in `data`: all but the dearest conversations, and requests that belong to none; else null. */
  readonly others: SumBody | null;
}

/** `name`: what a conversation's client calls it, while a request of it is on record; else null. */
export type UsagePartBody = GroupBody & { readonly name: string | null };

interface Facts {
  readonly by: string;
  readonly since: number;
  readonly until: number;
  readonly timeZone: string;
  readonly total: RequestSum | undefined;
  readonly parts: readonly (RequestSum | ConversationSum)[];
  readonly others?: RequestSum;
}

export function formatRequestUsage({
  by,
  since,
  until,
  timeZone,
  total,
  parts,
  others,
}: Facts): RequestUsageBody {
  return {
    object: "usage",
    by,
    since,
    until,
    time_zone: timeZone,
    total: formatSum(total ?? EMPTY_SUM),
    data: parts.map((sum) => ({
      id: sum.group[0] ?? "",
      name: ("name" in sum ? sum.name : undefined) ?? null,
      ...formatSum(sum),
    })),
    others: others ? formatSum(others) : null,
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
export function formatUsageExport(
  { by, data: parts, others }: RequestUsageBody,
  format: ExportFormat,
): string {
  const data = [...parts, ...(others ? [{ id: "others", ...others }] : [])];
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
