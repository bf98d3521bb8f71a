import type { ComparedRow } from "../against/compared-row.ts";
import { formatMarkdownRows, formatTextRows } from "./format-rows.ts";

/** What the two sides are called. */
export type SideTitles = readonly [own: string, other: string];

const RIGHT_ALIGNED = new Set([3, 4, 5, 6]);

/** The comparison of two servers as a table. */
export function formatComparison(
  rows: readonly ComparedRow[],
  titles: SideTitles,
  asMarkdown: boolean,
): string {
  const headings = ["Profile", "Work", "Measured", ...titles, "Compared", "95 %", "Limit"];
  const cells = rows.map(toCells);
  return asMarkdown
    ? formatMarkdownRows(headings, cells, RIGHT_ALIGNED).join("\n")
    : formatTextRows(headings, cells, RIGHT_ALIGNED).join("\n");
}

function toCells(row: ComparedRow): string[] {
  const { profile, title, what, unit, own, other, limit, compared, interval } = row;
  const show =
    limit.type === "ratio"
      ? (value: number) => value.toFixed(3)
      : (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
  return [
    profile,
    title,
    what,
    `${own.toFixed(2)} ${unit}`,
    `${other.toFixed(2)} ${unit}`,
    limit.type === "ratio" ? show(compared) : `${show(compared)} ${unit}`,
    `${show(interval[0])} – ${show(interval[1])}`,
    formatLimit(row),
  ];
}

function formatLimit({ limit, unit, isWithinLimit }: ComparedRow): string {
  if (limit.most === undefined) return "";
  const most = limit.type === "ratio" ? limit.most.toFixed(2) : `${limit.most.toFixed(2)} ${unit}`;
  return `≤ ${most} ${isWithinLimit ? "met" : "MISSED"}`;
}
