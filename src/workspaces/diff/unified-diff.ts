import { isUtf8 } from "node:buffer";

import { formatHunks, hunksBetween, quoteName } from "../../core/file-changes/unified-diff.ts";
import type { KeptFileChange } from "../../core/ports/workspace-snapshots.ts";
import { isSymlink } from "../files/file-stats.ts";

const EMPTY = new Uint8Array();

/** A file's change as `git diff` shows it; undefined when its contents are not text or not known, or the diff is too long. */
export function unifiedDiff(
  change: KeptFileChange,
  maxBytes: number,
  similarity?: number,
): string | undefined {
  if (hasOtherType(change)) return replacementDiff(change, maxBytes);
  const before = contentBefore(change);
  const after = contentAfter(change);
  if (!before || !after || !isText(before) || !isText(after)) return undefined;
  // The diff of a created or deleted file contains all of its lines.
  if ((change.type === "created" || change.type === "deleted") && before.length + after.length > maxBytes) {
    return undefined;
  }
  const hunks = hunksBetween(textOf(before), textOf(after));
  const text = headers(change, before, after, similarity).join("") + formatHunks(hunks);
  return Buffer.byteLength(text) > maxBytes ? undefined : text;
}

/** Whether a file became a link, or the reverse. */
function hasOtherType({ modeBefore, modeAfter }: KeptFileChange): boolean {
  return (
    modeBefore !== undefined && modeAfter !== undefined && isSymlink(modeBefore) !== isSymlink(modeAfter)
  );
}

/** Git shows such a change as one file deleted and another created. */
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
  const from = quoteName(`a/${change.previousPath ?? change.path}`);
  const to = quoteName(`b/${change.path}`);
  const lines = [`diff --git ${from} ${to}\n`];
  if (change.type === "created") lines.push(`new file mode ${octal(modeAfter)}\n`);
  if (change.type === "deleted") lines.push(`deleted file mode ${octal(modeBefore)}\n`);
  if (modeBefore !== undefined && modeAfter !== undefined && modeBefore !== modeAfter) {
    lines.push(`old mode ${octal(modeBefore)}\n`, `new mode ${octal(modeAfter)}\n`);
  }
  if (change.previousPath !== undefined) {
    const percent = Math.floor((similarity ?? 1) * 100);
    lines.push(`similarity index ${percent}%\n`);
    lines.push(`rename from ${quoteName(change.previousPath)}\n`, `rename to ${quoteName(change.path)}\n`);
  }
  if (Buffer.compare(before, after) === 0) return lines;
  lines.push(`--- ${change.type === "created" ? "/dev/null" : endName(from)}\n`);
  lines.push(`+++ ${change.type === "deleted" ? "/dev/null" : endName(to)}\n`);
  return lines;
}

function octal(mode = 0o100644): string {
  return isSymlink(mode) ? "120000" : mode.toString(8).padStart(6, "0");
}

/** A name with a space ends in a tab, so that a parser does not mistake the rest of the line for a timestamp. */
function endName(name: string): string {
  return name.includes(" ") && !name.startsWith('"') ? `${name}\t` : name;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}
