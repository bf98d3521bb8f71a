import type { Hunk } from "../../../core/file-changes/unified-diff.ts";
import { isRecord } from "../../../lib/is-record.ts";

/** Claude Code's `structuredPatch` as hunks with their places. A single unreadable hunk makes the whole patch worthless. */
export function readHunks(patch: unknown): readonly Hunk[] {
  if (!Array.isArray(patch)) return [];
  const hunks = patch.map(readHunk);
  return hunks.every((hunk) => hunk !== undefined) ? hunks : [];
}

/** The lines of each of its hunks, wherever they belong; they begin with a space, `-` or `+`. */
export function readHunkLines(patch: unknown): readonly (readonly string[])[] {
  if (!Array.isArray(patch)) return [];
  return patch.flatMap((hunk: unknown) => {
    const lines = isRecord(hunk) && Array.isArray(hunk["lines"]) ? hunk["lines"] : [];
    // The remark about a missing newline at the end is not a line of the file.
    const shown = lines.filter((line) => typeof line === "string" && !line.startsWith("\\"));
    return shown.length === 0 ? [] : [shown];
  });
}

function readHunk(hunk: unknown): Hunk | undefined {
  if (!isRecord(hunk)) return undefined;
  const { oldStart, oldLines, newStart, newLines, lines } = hunk;
  if (!isCount(oldStart) || !isCount(oldLines) || !isCount(newStart) || !isCount(newLines)) return undefined;
  if (!Array.isArray(lines) || !lines.every((line) => typeof line === "string")) return undefined;
  return { oldStart, oldLines, newStart, newLines, lines };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}
