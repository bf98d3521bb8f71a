import { join } from "node:path";

import { forEachSlice } from "../../lib/for-each-slice.ts";
import type { Git } from "../git/git.ts";
import { folderPaths, type FolderMarker } from "./folder-marker.ts";
import { listKept } from "./list-kept.ts";
import { loadStamps, type FolderStamps, type StampedEntry } from "./folder-stamps.ts";
import { listTree } from "./list-tree.ts";
import { hasSameContent } from "./same-content.ts";
import { EntryFinder, isUnreadable, type TreeEntry } from "./tree-entry.ts";

/** A file of a conversation's folder that differs from the workspace as it was. */
export interface ChangedFile {
  /** Relative to the workspace. */
  readonly path: string;
  readonly before?: StampedEntry;
  readonly after?: TreeEntry;
}

/** A folder together with its baseline. */
export interface ComparedFolder {
  /** Absolute paths of the workspace in the conversation's folder and in the copy of how it was. */
  readonly now: string;
  readonly original: string;
  /** Sorted by path. */
  readonly changes: readonly ChangedFile[];
}

/** Everything a conversation changed in its folder: every file that was there, and every new one that is not ignored. */
export async function compareCopy(
  marker: FolderMarker,
  { git, isolationRoot }: { readonly git: Git; readonly isolationRoot: string },
  signal: AbortSignal,
): Promise<ComparedFolder> {
  const { folder, pristine, stamps } = folderPaths(isolationRoot, marker.conversationId);
  const [now, original] = [join(folder, marker.subfolder), join(pristine, marker.subfolder)];
  const before = (await loadStamps(stamps)) ?? (await listOriginal(original, signal));
  const after = byPath(await listNow(now, before, marker, git, signal));
  const changes: ChangedFile[] = [];
  const finder = new EntryFinder(now);
  const note = (path: string, was: StampedEntry | undefined, is: TreeEntry | undefined) => {
    changes.push({ path, ...(was && { before: was }), ...(is && { after: is }) });
  };
  const look = (path: string) => {
    const was = before.get(path);
    const is = after.get(path) ?? findFile(finder, path);
    if (was?.stamp === is?.stamp) return;
    const isSame = isUnchanged(original, was, now, is);
    if (isSame === false) note(path, was, is);
    else if (isSame !== true) return isSame.then((same) => void (same || note(path, was, is)));
  };
  await forEachSlice(new Set([...before.keys(), ...after.keys()]), look, signal);
  return { now, original, changes: changes.toSorted((one, other) => (one.path < other.path ? -1 : 1)) };
}

async function listOriginal(original: string, signal: AbortSignal): Promise<FolderStamps> {
  const entries = byPath(await listTree(original, { skip: () => false }, signal));
  return new Map([...entries].map(([path, entry]) => [path, { ...entry, stamp: "" }]));
}

async function listNow(
  now: string,
  before: FolderStamps,
  marker: FolderMarker,
  git: Git,
  signal: AbortSignal,
): Promise<readonly TreeEntry[]> {
  const { entries, hasRepository } = await listKept(now, { git, skip: () => false }, signal);
  if (hasRepository) return entries;
  // The workspace may be part of a repository whose git folder the copy does not contain.
  const added = entries.filter(({ path }) => !before.has(path));
  const ignored = await findIgnored(join(marker.source, marker.subfolder), added, git, signal);
  return entries.filter(({ path }) => !ignored.has(path));
}

async function findIgnored(
  workspace: string,
  entries: readonly TreeEntry[],
  git: Git,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  if (entries.length === 0) return new Set();
  const input = entries.map(({ path }) => `${path}\0`).join("");
  const ignored = await git.read(workspace, ["check-ignore", "-z", "--stdin"], signal, input);
  return new Set(ignored?.split("\0"));
}

function findFile(finder: EntryFinder, path: string): TreeEntry | undefined {
  const entry = finder.find(path);
  return entry?.type === "folder" ? undefined : entry;
}

function isUnchanged(
  original: string,
  before: StampedEntry | undefined,
  now: string,
  after: TreeEntry | undefined,
): boolean | Promise<boolean> {
  try {
    const isSame = hasSameContent({ root: original, entry: before }, { root: now, entry: after });
    return typeof isSame === "boolean" ? isSame : isSame.catch(notIfUnreadable);
  } catch (error) {
    return notIfUnreadable(error);
  }
}

/** Deleted or made unreadable while it was examined. */
function notIfUnreadable(error: unknown): false {
  if (isUnreadable(error)) return false;
  throw error;
}

function byPath(entries: readonly TreeEntry[]): ReadonlyMap<string, TreeEntry> {
  return new Map(entries.filter(({ type }) => type !== "folder").map((entry) => [entry.path, entry]));
}
