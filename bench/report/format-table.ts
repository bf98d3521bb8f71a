import { formatMarkdownRows, formatTextRows } from "./format-rows.ts";
import type { ResultRow } from "./result-row.ts";

const HEADINGS = ["Scenario", "Measured", "Turnpike", "Bare SDK", "Ratio", "Limit", "Compared with"];
/** Columns of numbers. */
const RIGHT_ALIGNED = new Set([2, 3, 4, 5]);

/** A table for each profile, for people at a terminal. */
export function formatTable(rows: readonly ResultRow[]): string {
  return formatByProfile(rows, (profile, cells) => [
    `Profile ${profile}`,
    "",
    ...formatTextRows(HEADINGS, cells, RIGHT_ALIGNED),
  ]);
}

/** The same for a README. */
export function formatMarkdown(rows: readonly ResultRow[]): string {
  return formatByProfile(rows, (profile, cells) => [
    `### Profile \`${profile}\``,
    "",
    ...formatMarkdownRows(HEADINGS, cells, RIGHT_ALIGNED),
  ]);
}

function formatByProfile(
  rows: readonly ResultRow[],
  format: (profile: string, cells: readonly (readonly string[])[]) => readonly string[],
): string {
  const byProfile = Map.groupBy(rows, ({ profile }) => profile);
  return Array.from(byProfile, ([profile, ofProfile]) =>
    format(profile, ofProfile.map(toCells)).join("\n"),
  ).join("\n\n");
}

function toCells({ title, what, unit, turnpike, bare, ratio, maxRatio, isWithinLimit }: ResultRow): string[] {
  return [
    title,
    what,
    `${formatNumber(turnpike.median)} ${unit}`,
    bare ? `${formatNumber(bare.median)} ${unit}` : "",
    ratio === undefined ? "" : ratio.toFixed(2),
    maxRatio === undefined ? "" : `≤ ${maxRatio.toFixed(2)} ${isWithinLimit ? "met" : "MISSED"}`,
    bare?.what ?? "",
  ];
}

function formatNumber(value: number): string {
  return value < 100 ? value.toFixed(1) : value.toLocaleString("en", { maximumFractionDigits: 0 });
}
