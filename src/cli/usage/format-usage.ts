import { type Line, styled } from "../../lib/styled-line.ts";
import type { OtherUsage } from "../../core/ports/usage-report.ts";
import type { UsageRow, UsageView } from "./usage-rows.ts";

export interface UsageFacts {
  readonly view: UsageView;
  readonly range: { readonly since?: number; readonly until?: number };
  readonly rows: readonly UsageRow[];
  /** Conversations beyond the dearest, which are the rows. */
  readonly others?: OtherUsage;
  readonly total: UsageRow | undefined;
  readonly isUtc: boolean;
}

const HEADINGS: Readonly<Record<UsageView, string>> = {
  day: "Day",
  month: "Month",
  conversation: "Conversation",
  model: "Model",
  profile: "Profile",
  key: "Key",
  window: "Five hours from",
};

const COLUMNS = ["Requests", "Input", "Output", "Cache write", "Cache read", "Total", "Cost (USD)"];

const WIDEST_NAME = 44;

/** A table for a person, with everything together at its end. */
export function formatUsageTable(
  { view, rows, others, total, isUtc }: UsageFacts,
  now: number,
): readonly Line[] {
  const table = rows.map((row) => [labelOf(row, view, isUtc, now), ...numbersOf(row)]);
  const last = total ? [["Total", ...numbersOf(total)]] : [];
  const rest = others ? [[labelOthers(others), ...numbersOf(others)]] : [];
  const all = [[HEADINGS[view], ...COLUMNS], ...table, ...rest, ...last];
  const widths =
    all[0]?.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0))) ?? [];
  const lineUp = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart((widths[column] ?? 0) + 2),
      )
      .join("");
  const [head = [], ...lines] = all.map(lineUp);
  const plain = table.length + rest.length;
  return lines.length > 0
    ? [
        styled("bold", String(head)),
        ...lines.slice(0, plain),
        ...lines.slice(plain).map((line) => styled("bold", line)),
      ]
    : [];
}

function labelOf({ id, name, firstAt }: UsageRow, view: UsageView, isUtc: boolean, now: number): string {
  if (view === "window") {
    const isNow = Date.parse(id) <= now && now < Date.parse(id) + 5 * 3_600_000;
    return `${formatTime(Date.parse(id), isUtc)}${isNow ? " (now)" : ""}`;
  }
  const label = name === undefined ? id : `${name} (${id})`;
  const when = view === "conversation" ? `${formatTime(firstAt, isUtc)} ` : "";
  const text = when + label;
  return text.length <= WIDEST_NAME + when.length ? text : `${text.slice(0, WIDEST_NAME + when.length - 1)}…`;
}

function labelOthers({ conversations }: OtherUsage): string {
  return `${conversations.toLocaleString("en-US")} other${conversations === 1 ? "" : "s"}, each less dear`;
}

function formatTime(at: number, isUtc: boolean): string {
  const date = new Date(isUtc ? at : at - new Date(at).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 16).replace("T", " ");
}

function numbersOf(row: Omit<UsageRow, "id">): readonly string[] {
  const { requests, inputTokens, outputTokens, cacheWriteTokens, cacheReadTokens, costUsd } = row;
  const counts = [requests, inputTokens, outputTokens, cacheWriteTokens, cacheReadTokens, totalOf(row)];
  return [...counts.map((count) => count.toLocaleString("en-US")), costUsd.toFixed(costUsd >= 1 ? 2 : 4)];
}

function totalOf({
  inputTokens,
  outputTokens,
  cacheWriteTokens,
  cacheReadTokens,
}: Omit<UsageRow, "id">): number {
  return inputTokens + outputTokens + cacheWriteTokens + cacheReadTokens;
}

/** For programs. Times are milliseconds since the epoch, costs US dollars. */
export function toUsageBody({ view, range, rows, others, total, isUtc }: UsageFacts): object {
  return {
    object: "usage",
    by: view,
    since: range.since ?? null,
    until: range.until ?? null,
    time_zone: isUtc ? "UTC" : Intl.DateTimeFormat().resolvedOptions().timeZone,
    data: rows.map((row) => ({ id: row.id, name: row.name ?? null, ...toCounts(row) })),
    others: others ? { conversations: others.conversations, ...toCounts(others) } : null,
    total: total ? toCounts(total) : null,
  };
}

/** A sum of many costs is as exact as they are: a token costs at least a few hundredths of a millionth of a dollar. */
const COST_DIGITS = 10;

function toCounts(row: Omit<UsageRow, "id">): object {
  return {
    requests: row.requests,
    input_tokens: row.inputTokens,
    output_tokens: row.outputTokens,
    cache_write_tokens: row.cacheWriteTokens,
    cache_read_tokens: row.cacheReadTokens,
    reasoning_tokens: row.reasoningTokens,
    total_tokens: totalOf(row),
    cost_usd: Number(row.costUsd.toFixed(COST_DIGITS)),
    first_at: row.firstAt,
    last_at: row.lastAt,
  };
}
