import { isUtf8 } from "node:buffer";
import { readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

import type { FileChange } from "../../core/words/file-change.ts";
import type { FolderDiff } from "../../core/ports/conversation-folders.ts";
import type { KeptFileChange } from "../../core/ports/workspace-snapshots.ts";
import { findRenames, type LoneFile } from "../diff/find-renames.ts";
import { unifiedDiff } from "../diff/unified-diff.ts";
import type { ComparedFolder } from "./compare-copy.ts";
import type { StampedEntry } from "./folder-stamps.ts";
import { isExecutable } from "./same-content.ts";
import { isUnreadable } from "./tree-entry.ts";

const MEBIBYTE = 1024 * 1024;

/** Beyond these limits, files are named without a diff. */
export const DIFF_LIMITS = {
  maxFileBytes: 5 * MEBIBYTE,
  maxTotalBytes: 64 * MEBIBYTE,
  maxDiffBytes: MEBIBYTE,
};

export type DiffLimits = typeof DIFF_LIMITS;

/** One side of a change, with its content unless it is too large. */
interface Side {
  readonly mode: number;
  readonly bytes?: Uint8Array;
}

interface ReadChange {
  readonly path: string;
  readonly before?: Side;
  readonly after?: Side;
}

/** Describes changes one by one, as clients see them, and as one patch. */
export async function describeChanges(
  { now, original, changes }: ComparedFolder,
  signal: AbortSignal,
  limits: DiffLimits = DIFF_LIMITS,
): Promise<Omit<FolderDiff, "isolation">> {
  const budget = { bytesLeft: limits.maxTotalBytes, limits };
  const read: ReadChange[] = [];
  for (const { path, before, after } of changes) {
    signal.throwIfAborted();
    const was = before && (await readSide(original, before, budget));
    const is = after && (await readSide(now, after, budget));
    read.push({ path, ...(was && { before: was }), ...(is && { after: is }) });
  }
  let isComplete = true;
  const described = joinRenames(read).map(({ kept, similarity, parts }) => {
    const diffs = parts.map((part) => unifiedDiff(part, limits.maxDiffBytes, similarity));
    const isWhole = diffs.every((diff) => diff !== undefined);
    if (!isWhole && !parts.some(isBinary)) isComplete = false;
    const { type, path, previousPath } = kept;
    const change: FileChange = {
      type,
      path,
      ...(previousPath === undefined ? {} : { previousPath }),
      ...(isWhole ? { diff: diffs.join("") } : {}),
    };
    return { change, text: isWhole ? diffs.join("") : withoutText(kept) };
  });
  described.sort((one, other) => (one.change.path < other.change.path ? -1 : 1));
  return {
    diff: described.map(({ text }) => text).join(""),
    changes: described.map(({ change }) => change),
    isComplete,
  };
}

interface Described {
  readonly kept: KeptFileChange;
  /** A file that became a link, or the reverse, is shown as one deleted and one created. */
  readonly parts: readonly KeptFileChange[];
  readonly similarity?: number;
}

function joinRenames(changes: readonly ReadChange[]): Described[] {
  const gone = changes.filter(({ after }) => !after).map(({ path, before }) => loneFile(path, before));
  const created = changes.filter(({ before }) => !before).map(({ path, after }) => loneFile(path, after));
  const renames = findRenames(gone, created);
  const renamed = new Set(renames.flatMap(({ from, to }) => [from.path, to.path]));
  const sides = new Map(changes.map((change) => [change.path, change]));
  return [
    ...changes.filter(({ path }) => !renamed.has(path)).map(describe),
    ...renames.map(({ from, to, similarity }) => {
      const before = sides.get(from.path)?.before;
      const after = sides.get(to.path)?.after;
      const change = keep("renamed", to.path, before, after);
      const kept = { ...change, previousPath: from.path };
      return { kept, parts: [kept], similarity };
    }),
  ];
}

function describe({ path, before, after }: ReadChange): Described {
  if (before && after && isLink(before) !== isLink(after)) {
    const parts = [keep("deleted", path, before, undefined), keep("created", path, undefined, after)];
    return { kept: keep("changed", path, before, after), parts };
  }
  const kept = keep(before ? (after ? "changed" : "deleted") : "created", path, before, after);
  return { kept, parts: [kept] };
}

function keep(
  type: KeptFileChange["type"],
  path: string,
  before: Side | undefined,
  after: Side | undefined,
): KeptFileChange {
  return {
    type,
    path,
    ...(before && { modeBefore: before.mode, ...(before.bytes && { before: before.bytes }) }),
    ...(after && { modeAfter: after.mode, ...(after.bytes && { after: after.bytes }) }),
  };
}

async function readSide(
  root: string,
  entry: StampedEntry,
  budget: { bytesLeft: number; readonly limits: DiffLimits },
): Promise<Side> {
  const mode = entry.type === "link" ? 0o120000 : isExecutable(entry) ? 0o100755 : 0o100644;
  if (entry.size > Math.min(budget.limits.maxFileBytes, budget.bytesLeft)) return { mode };
  try {
    const path = join(root, entry.path);
    const bytes = entry.type === "link" ? Buffer.from(await readlink(path)) : await readFile(path);
    budget.bytesLeft -= bytes.length;
    return { mode, bytes };
  } catch (error) {
    if (isUnreadable(error)) return { mode };
    throw error;
  }
}

/** Inodes mean nothing here: the files of the two folders were never the same. */
function loneFile(path: string, side: Side | undefined): LoneFile {
  const { mode = 0o100644, bytes } = side ?? {};
  const stat = { mode, size: bytes?.length ?? 0, inode: 0, modifiedMs: 0, changedMs: 0, bornMs: 0 };
  return { path, stat, bytes };
}

function isLink({ mode }: Side): boolean {
  return mode === 0o120000;
}

/** A file too large to be read counts as text: its diff is left out and the result is marked incomplete. */
function isBinary({ before, after }: KeptFileChange): boolean {
  return [before, after].some((bytes) => bytes !== undefined && (bytes.includes(0) || !isUtf8(bytes)));
}

/** As git reports files that are not text. */
function withoutText({ type, path, previousPath = path }: ChangedFileName): string {
  const from = type === "created" ? "/dev/null" : `a/${previousPath}`;
  const to = type === "deleted" ? "/dev/null" : `b/${path}`;
  return `diff --git a/${previousPath} b/${path}\nBinary files ${from} and ${to} differ\n`;
}

type ChangedFileName = Pick<FileChange, "type" | "path" | "previousPath">;
