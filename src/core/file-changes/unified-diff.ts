/** One place of a file that is not as it was: lines with ` `, `-` or `+` before them, as in a unified diff. */
export interface Hunk {
  /** Lines count from 1. */
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly lines: readonly string[];
}

const NO_FILE = "/dev/null";
const NO_LINE_BREAK = "\\ No newline at end of file";
const CONTEXT_LINES = 3;

/** Hunks with the headers that `git apply` and `patch` want. `isNew`: there was no file before. */
export function formatUnifiedDiff(path: string, hunks: readonly Hunk[], isNew = false): string {
  const before = isNew ? NO_FILE : nameInDiff("a", path);
  const head = `--- ${before}\n+++ ${nameInDiff("b", path)}\n`;
  return head + hunks.map((hunk) => `${headOf(hunk)}\n${hunk.lines.join("\n")}\n`).join("");
}

/** A whole new file as one hunk; none for an empty one. */
export function hunksOfNewFile(content: string): readonly Hunk[] {
  return hunkBetween("", content);
}

/**
 * What lies between the lines that two texts have in common at their ends, as one hunk with some context; none when they are the
 * same. Right for a change in one place, and never wrong, only long, for others.
 */
export function hunkBetween(before: string, after: string): readonly Hunk[] {
  if (before === after) return [];
  const olds = toLines(before);
  const news = toLines(after);
  let start = 0;
  while (start < olds.length && start < news.length && olds[start] === news[start]) start++;
  let end = 0;
  const most = Math.min(olds.length, news.length) - start;
  while (end < most && olds.at(-1 - end) === news.at(-1 - end)) end++;
  const first = Math.max(0, start - CONTEXT_LINES);
  const contextAfter = olds.slice(olds.length - end, olds.length - end + CONTEXT_LINES);
  const removed = olds.slice(start, olds.length - end);
  const added = news.slice(start, news.length - end);
  const common = start - first + contextAfter.length;
  const lines = [
    ...olds.slice(first, start).map((line) => ` ${line}`),
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    ...contextAfter.map((line) => ` ${line}`),
  ];
  return [
    {
      oldStart: first + 1,
      oldLines: removed.length + common,
      newStart: first + 1,
      newLines: added.length + common,
      lines,
    },
  ];
}

/** A last line without a line break carries the remark that says so: it differs from the same line with one. */
function toLines(text: string): readonly string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  const last = lines.pop() ?? "";
  return last === "" ? lines : [...lines, `${last}\n${NO_LINE_BREAK}`];
}

function headOf({ oldStart, oldLines, newStart, newLines }: Hunk): string {
  return `@@ -${rangeOf(oldStart, oldLines)} +${rangeOf(newStart, newLines)} @@`;
}

/** A range without lines is named by the line before it. */
function rangeOf(start: number, count: number): string {
  const from = count === 0 ? Math.max(0, start - 1) : start;
  return count === 1 ? String(from) : `${from},${count}`;
}

/** Absolute paths stand as they are. Names that would break the line are quoted, as git does. */
function nameInDiff(side: "a" | "b", path: string): string {
  const name = /^(?:\/|[A-Za-z]:)/.test(path) ? path : `${side}/${path}`;
  // oxlint-disable-next-line no-control-regex
  if (!/[\u0000-\u001f"\\\u007f]/.test(name)) return name;
  // oxlint-disable-next-line no-control-regex
  const quoted = name.replaceAll(/[\u0000-\u001f"\\\u007f]/g, (character) =>
    character === '"' || character === "\\"
      ? `\\${character}`
      : `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
  return `"${quoted}"`;
}
