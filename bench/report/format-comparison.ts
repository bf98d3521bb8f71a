import type { ComparedRow } from "../against/compare-builds.ts";
import { formatMarkdownRows, formatTextRows } from "./format-rows.ts";

const HEADINGS = ["Profile", "Hot turns", "Measured", "This build", "The other", "Ratio", "95 %", "Limit"];
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
  ownMs,
  otherMs,
  ratio,
  interval,
  isWithinLimit,
}: ComparedRow): string[] {
  return [
    profile,
    title,
    what,
    `${ownMs.toFixed(2)} ms`,
    `${otherMs.toFixed(2)} ms`,
    ratio.toFixed(3),
    `${interval[0].toFixed(3)}–${interval[1].toFixed(3)}`,
    `≤ 1.02 ${isWithinLimit ? "met" : "MISSED"}`,
  ];
}
