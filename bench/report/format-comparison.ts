import type { ComparedRow } from "../against/compare-builds.ts";
import { formatMarkdownRows, formatTextRows } from "./format-rows.ts";

const HEADINGS = ["Profile", "Work", "Measured", "This build", "The other", "Ratio", "95 %", "Limit"];
const RIGHT_ALIGNED = new Set([3, 4, 5, 6]);

/** The comparison of two builds as a table. */
export function formatComparison(rows: readonly ComparedRow[], asMarkdown: boolean): string {
  const cells = rows.map(toCells);
  return asMarkdown
    ? formatMarkdownRows(HEADINGS, cells, RIGHT_ALIGNED).join("\n")
    : formatTextRows(HEADINGS, cells, RIGHT_ALIGNED).join("\n");
}

function toCells({
  profile,
  title,
  what,
  unit,
  own,
  other,
  ratio,
  interval,
  maxRatio,
  isWithinLimit,
}: ComparedRow): string[] {
  return [
    profile,
    title,
    what,
    `${own.toFixed(2)} ${unit}`,
    `${other.toFixed(2)} ${unit}`,
    ratio.toFixed(3),
    `${interval[0].toFixed(3)}–${interval[1].toFixed(3)}`,
    `≤ ${maxRatio.toFixed(2)} ${isWithinLimit ? "met" : "MISSED"}`,
  ];
}
