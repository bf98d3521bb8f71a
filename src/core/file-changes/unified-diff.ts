import { diffLines, type LineChange } from "./diff-lines.ts";

/** One changed place of a file: lines prefixed with ` `, `-` or `+`, as in a unified diff. */
export interface Hunk {
  /** Line numbers start at 1. */
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  /** A last line without a line break is followed by the marker line that says so. */
  readonly lines: readonly string[];
}

const NO_FILE = "/dev/null";
const NO_LINE_BREAK = "\\ No newline at end of file";
const CONTEXT_LINES = 3;

/** Hunks with the headers that `git apply` and `patch` need. `isNew`: the file did not exist before. */
export function formatUnifiedDiff(path: string, hunks: readonly Hunk[], isNew = false): string {
  const before = isNew ? NO_FILE : nameInDiff("a", path);
  return `--- ${before}\n+++ ${nameInDiff("b", path)}\n${formatHunks(hunks)}`;
}

export function formatHunks(hunks: readonly Hunk[]): string {
  return hunks.map((hunk) => `${headOf(hunk)}\n${hunk.lines.join("\n")}\n`).join("");
}

/** The differences between two texts, as hunks with some context; none when they are equal. */
export function hunksBetween(before: string, after: string): readonly Hunk[] {
  const olds = toLines(before);
  const news = toLines(after);
  return groupByDistance(diffLines(olds, news)).flatMap((group) => toHunk(group, olds, news));
}

/** Quotes a name as git does if it contains control characters, quotes or backslashes. */
export function quoteName(name: string): string {
  // oxlint-disable-next-line no-control-regex -- these are the characters that need escaping
  if (!/[\u0000-\u001f"\\\u007f]/.test(name)) return name;
  const short: Readonly<Record<string, string>> = {
    "\n": "\\n",
    "\t": "\\t",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
  };
  // oxlint-disable-next-line no-control-regex
  const escaped = name.replaceAll(/[\u0000-\u001f"\\\u007f]/g, (character) => {
    return short[character] ?? `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`;
  });
  return `"${escaped}"`;
}

/** Absolute paths are used as they are. */
function nameInDiff(side: "a" | "b", path: string): string {
  return quoteName(/^(?:\/|[A-Za-z]:)/.test(path) ? path : `${side}/${path}`);
}

function toLines(text: string): readonly string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  const last = lines.pop() ?? "";
  return last === "" ? lines : [...lines, `${last}\n${NO_LINE_BREAK}`];
}

/** Changes whose contexts would touch are combined into one hunk. */
function groupByDistance(changes: readonly LineChange[]): LineChange[][] {
  const groups: LineChange[][] = [];
  for (const change of changes) {
    const last = groups.at(-1);
    const previous = last?.at(-1);
    if (last && previous && change.beforeStart - previous.beforeEnd <= 2 * CONTEXT_LINES) last.push(change);
    else groups.push([change]);
  }
  return groups;
}

function toHunk(changes: readonly LineChange[], olds: readonly string[], news: readonly string[]): Hunk[] {
  const [first] = changes;
  const last = changes.at(-1);
  if (!first || !last) return [];
  const lead = Math.min(CONTEXT_LINES, first.beforeStart);
  const trail = Math.min(CONTEXT_LINES, olds.length - last.beforeEnd);
  const lines: string[] = [];
  // One by one: there may be too many for the arguments of a single call.
  const add = (mark: " " | "-" | "+", from: readonly string[], start: number, end: number) => {
    for (let at = start; at < end; at += 1) lines.push(`${mark}${from[at]}`);
  };
  let at = first.beforeStart - lead;
  for (const change of changes) {
    add(" ", olds, at, change.beforeStart);
    add("-", olds, change.beforeStart, change.beforeEnd);
    add("+", news, change.afterStart, change.afterEnd);
    at = change.beforeEnd;
  }
  add(" ", olds, at, at + trail);
  return [
    {
      oldStart: first.beforeStart - lead + 1,
      oldLines: last.beforeEnd + trail - (first.beforeStart - lead),
      newStart: first.afterStart - lead + 1,
      newLines: last.afterEnd + trail - (first.afterStart - lead),
      lines,
    },
  ];
}

function headOf({ oldStart, oldLines, newStart, newLines }: Hunk): string {
  return `@@ -${rangeOf(oldStart, oldLines)} +${rangeOf(newStart, newLines)} @@`;
}

/** An empty range is identified by the line before it. */
function rangeOf(start: number, count: number): string {
  const from = count === 0 ? Math.max(0, start - 1) : start;
  return count === 1 ? String(from) : `${from},${count}`;
}
