import { diff } from "node:util";

import { type Hunk, hunkBetween } from "../../core/file-changes/unified-diff.ts";

/** Of longer texts the time and memory of an exact comparison would be felt. */
const MOST_LINES = 3000;

const CONTEXT_LINES = 3;

/** How two texts differ, place by place with some context; for long ones in one place that holds all of them. */
export function hunksBetween(before: string, after: string): readonly Hunk[] {
  const [whole] = hunkBetween(before, after);
  if (!whole) return [];
  const olds = whole.lines.filter((line) => !line.startsWith("+")).map((line) => line.slice(1));
  const news = whole.lines.filter((line) => !line.startsWith("-")).map((line) => line.slice(1));
  if (olds.length + news.length > MOST_LINES) return [whole];
  // Node's own: 1 for what only the first has, -1 for what only the second has.
  const marks = { 0: " ", 1: "-", [-1]: "+" } as const;
  const lines = diff(olds, news).map(([side, line]) => `${marks[side]}${line}`);
  return splitAtDistance(lines, whole);
}

/** Leaves out what is the same for longer than the context of two places. */
function splitAtDistance(lines: readonly string[], { oldStart, newStart }: Hunk): readonly Hunk[] {
  const changed = lines.flatMap((line, index) => (line.startsWith(" ") ? [] : [index]));
  const groups: { from: number; to: number }[] = [];
  for (const index of changed) {
    const last = groups.at(-1);
    if (last && index - last.to <= 2 * CONTEXT_LINES) last.to = index;
    else groups.push({ from: index, to: index });
  }
  return groups.map(({ from, to }) => {
    const start = Math.max(0, from - CONTEXT_LINES);
    const shown = lines.slice(start, to + 1 + CONTEXT_LINES);
    const above = lines.slice(0, start);
    return {
      oldStart: oldStart + count(above, "+"),
      oldLines: count(shown, "+"),
      newStart: newStart + count(above, "-"),
      newLines: count(shown, "-"),
      lines: shown,
    };
  });
}

/** How many lines a side has: all but those that only the other one has. */
function count(lines: readonly string[], otherSide: "+" | "-"): number {
  return lines.filter((line) => !line.startsWith(otherSide)).length;
}
