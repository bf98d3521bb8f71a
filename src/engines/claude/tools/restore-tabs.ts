import type { JsonObject } from "../../../core/words/client-tool.ts";
import { isRecord } from "../../../lib/is-record.ts";

/**
 * Claude Code's account of an edit, with the tabs that the file really has. Its patch is made for display: each tab at the
 * beginning of a line appears as two spaces, and no tool would apply that. Lines that match no line of the file stay as they are.
 */
export function restoreTabs(details: JsonObject): JsonObject {
  const { originalFile: before, structuredPatch: hunks } = details;
  if (typeof before !== "string" || !Array.isArray(hunks)) return details;
  const after = textAfter(details, before);
  if (!hasLeadingTab(before) && !hasLeadingTab(after)) return details;
  const oldLines = before.split("\n");
  const newLines = after.split("\n");
  return {
    ...details,
    structuredPatch: hunks.map((hunk: unknown) =>
      isRecord(hunk) ? restoreHunk(hunk, oldLines, newLines) : hunk,
    ),
  };
}

function restoreHunk(hunk: JsonObject, oldLines: readonly string[], newLines: readonly string[]): JsonObject {
  const { oldStart, newStart, lines } = hunk;
  if (typeof oldStart !== "number" || typeof newStart !== "number" || !Array.isArray(lines)) return hunk;
  let oldAt = oldStart - 1;
  let newAt = newStart - 1;
  const restored = lines.map((line: unknown) => {
    if (typeof line !== "string") return line;
    const mark = line.charAt(0);
    if (!" -+".includes(mark)) return line;
    const real = mark === "+" ? newLines[newAt] : oldLines[oldAt];
    if (mark !== "+") oldAt++;
    if (mark !== "-") newAt++;
    return real !== undefined && showTabs(real) === line.slice(1) ? mark + real : line;
  });
  return { ...hunk, lines: restored };
}

/** The file after the edit: Write tells the whole text, Edit tells what it replaced by what. */
function textAfter({ content, oldString, newString, replaceAll }: JsonObject, before: string): string {
  if (typeof content === "string") return content;
  if (typeof oldString !== "string" || typeof newString !== "string") return before;
  if (oldString === "") return newString;
  return replaceAll === true
    ? before.replaceAll(oldString, () => newString)
    : before.replace(oldString, () => newString);
}

function hasLeadingTab(text: string): boolean {
  return text.startsWith("\t") || text.includes("\n\t");
}

function showTabs(line: string): string {
  return line.replace(/^\t+/, (tabs) => "  ".repeat(tabs.length));
}
