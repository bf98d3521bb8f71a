import { isUtf8 } from "node:buffer";

import type { KeptFileChange } from "../../core/ports/workspace-snapshots.ts";
import { isSymlink } from "../files/file-stats.ts";
import { diffLines, type LineChange } from "./diff-lines.ts";

const CONTEXT_LINES = 3;
const EMPTY = new Uint8Array();

/** A change of a file as `git diff` shows it; undefined when its contents are no text, not known, or the text is too long. */
export function unifiedDiff(
  change: KeptFileChange,
  maxBytes: number,
  similarity?: number,
): string | undefined {
  if (hasOtherType(change)) return replacementDiff(change, maxBytes);
  const before = contentBefore(change);
  const after = contentAfter(change);
  if (!before || !after || !isText(before) || !isText(after)) return undefined;
  // Each line of a file that is new or gone is in its diff.
  if ((change.type === "created" || change.type === "deleted") && before.length + after.length > maxBytes) {
    return undefined;
  }
  const text = [...headers(change, before, after, similarity), ...hunks(before, after)].join("");
  return Buffer.byteLength(text) > maxBytes ? undefined : text;
}

/** A file that became a link, or the other way round. */
function hasOtherType({ modeBefore, modeAfter }: KeptFileChange): boolean {
  return (
    modeBefore !== undefined && modeAfter !== undefined && isSymlink(modeBefore) !== isSymlink(modeAfter)
  );
}

/** Shown by git as one that went and another one that came. */
function replacementDiff(
  { path, before, after, modeBefore, modeAfter }: KeptFileChange,
  maxBytes: number,
): string | undefined {
  if (!before || !after || modeBefore === undefined || modeAfter === undefined) return undefined;
  const gone = unifiedDiff({ type: "deleted", path, before, modeBefore }, maxBytes);
  const come = unifiedDiff({ type: "created", path, after, modeAfter }, maxBytes);
  return gone === undefined || come === undefined ? undefined : gone + come;
}

function contentBefore(change: KeptFileChange): Uint8Array | undefined {
  return change.type === "created" ? EMPTY : change.before;
}

function contentAfter(change: KeptFileChange): Uint8Array | undefined {
  return change.type === "deleted" ? EMPTY : change.after;
}

function isText(bytes: Uint8Array): boolean {
  return !bytes.includes(0) && isUtf8(bytes);
}

function headers(
  change: KeptFileChange,
  before: Uint8Array,
  after: Uint8Array,
  similarity?: number,
): string[] {
  const { modeBefore, modeAfter } = change;
  const from = quote(`a/${change.previousPath ?? change.path}`);
  const to = quote(`b/${change.path}`);
  const lines = [`diff --git ${from} ${to}\n`];
  if (change.type === "created") lines.push(`new file mode ${octal(modeAfter)}\n`);
  if (change.type === "deleted") lines.push(`deleted file mode ${octal(modeBefore)}\n`);
  if (modeBefore !== undefined && modeAfter !== undefined && modeBefore !== modeAfter) {
    lines.push(`old mode ${octal(modeBefore)}\n`, `new mode ${octal(modeAfter)}\n`);
  }
  if (change.previousPath !== undefined) {
    const percent = Math.floor((similarity ?? 1) * 100);
    lines.push(`similarity index ${percent}%\n`);
    lines.push(`rename from ${quote(change.previousPath)}\n`, `rename to ${quote(change.path)}\n`);
  }
  if (Buffer.compare(before, after) === 0) return lines;
  lines.push(`--- ${change.type === "created" ? "/dev/null" : endName(from)}\n`);
  lines.push(`+++ ${change.type === "deleted" ? "/dev/null" : endName(to)}\n`);
  return lines;
}

function octal(mode = 0o100644): string {
  return isSymlink(mode) ? "120000" : mode.toString(8).padStart(6, "0");
}

/** As git writes names that would break a line or a quote. */
function quote(name: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what has to be written otherwise
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

/** A name with a space ends in a tab, so that what reads it does not take the rest of the line for a time. */
function endName(name: string): string {
  return name.includes(" ") && !name.startsWith('"') ? `${name}\t` : name;
}

function hunks(before: Uint8Array, after: Uint8Array): string[] {
  const beforeLines = splitLines(before);
  const afterLines = splitLines(after);
  const changes = diffLines(beforeLines, afterLines);
  return groupByDistance(changes).flatMap((group) => hunk(group, beforeLines, afterLines));
}

/** Lines with their ends, so that a last line without one is another line. */
function splitLines(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  return text === "" ? [] : text.split(/(?<=\n)/);
}

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

function hunk(changes: readonly LineChange[], before: readonly string[], after: readonly string[]): string[] {
  const [first] = changes;
  const last = changes.at(-1);
  if (!first || !last) return [];
  const lead = Math.min(CONTEXT_LINES, first.beforeStart);
  const trail = Math.min(CONTEXT_LINES, before.length - last.beforeEnd);
  const beforeRange = range(first.beforeStart - lead, last.beforeEnd + trail);
  const afterRange = range(first.afterStart - lead, last.afterEnd + trail);
  const lines = [`@@ -${beforeRange} +${afterRange} @@\n`];
  let at = first.beforeStart - lead;
  const addContext = (end: number) => {
    for (; at < end; at += 1) lines.push(line(" ", before[at]));
  };
  for (const change of changes) {
    addContext(change.beforeStart);
    for (; at < change.beforeEnd; at += 1) lines.push(line("-", before[at]));
    for (const text of after.slice(change.afterStart, change.afterEnd)) lines.push(line("+", text));
  }
  addContext(last.beforeEnd + trail);
  return lines;
}

/** Where lines are, counted from one; of no lines at all, the one that they would follow. */
function range(start: number, end: number): string {
  const length = end - start;
  if (length === 1) return `${start + 1}`;
  return `${length === 0 ? start : start + 1},${length}`;
}

function line(mark: string, text = ""): string {
  return text.endsWith("\n") ? `${mark}${text}` : `${mark}${text}\n\\ No newline at end of file\n`;
}
