import { join } from "node:path";

import { forEachLimited } from "../../lib/for-each-limited.ts";
import type { Git } from "../git.ts";
import { folderPaths, type FolderMarker } from "./folder-marker.ts";
import { listKept } from "./list-kept.ts";
import { isUnreadable, listTree } from "./list-tree.ts";
import { isSameFile } from "./same-content.ts";
import { findEntry, type TreeEntry } from "./tree-entry.ts";

const AT_ONCE = 32;

/** A file of a conversation's folder that is not as the workspace was. */
export interface ChangedFile {
  /** Relative to the workspace. */
  readonly path: string;
  readonly before?: TreeEntry;
  readonly after?: TreeEntry;
}

/** A folder with what it is compared to. */
export interface ComparedFolder {
  /** Absolute paths of the workspace in the conversation's folder, and of it as it was. */
  readonly now: string;
  readonly then: string;
  /** Sorted by path. */
  readonly changes: readonly ChangedFile[];
}

/** What a conversation changed in its folder: every file that was there, and every new one that is not ignored. */
export async function compareFolder(
  marker: FolderMarker,
  { git, isolationRoot }: { readonly git: Git; readonly isolationRoot: string },
  signal: AbortSignal,
): Promise<ComparedFolder> {
  const { folder, pristine } = folderPaths(isolationRoot, marker.conversationId);
  const [now, then] = [join(folder, marker.subfolder), join(pristine, marker.subfolder)];
  const before = byPath(await listTree(then, { skip: () => false }, signal));
  const after = byPath(await listNow(now, before, marker, git, signal));
  const changes: ChangedFile[] = [];
  await forEachLimited([...new Set([...before.keys(), ...after.keys()])], AT_ONCE, async (path) => {
    signal.throwIfAborted();
    const was = before.get(path);
    const found = after.get(path) ?? (await findFile(now, path));
    if (await isUnchanged(then, was, now, found)) return;
    changes.push({ path, ...(was && { before: was }), ...(found && { after: found }) });
  });
  return { now, then, changes: changes.toSorted((one, other) => (one.path < other.path ? -1 : 1)) };
}

async function listNow(
  now: string,
  before: ReadonlyMap<string, TreeEntry>,
  marker: FolderMarker,
  git: Git,
  signal: AbortSignal,
): Promise<readonly TreeEntry[]> {
  const { entries, hasRepository } = await listKept(now, { git, skip: () => false }, signal);
  if (hasRepository) return entries;
  // The workspace may be part of a repository of which the copy has nothing.
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

async function findFile(root: string, path: string): Promise<TreeEntry | undefined> {
  try {
    const entry = await findEntry(root, path);
    return entry?.type === "folder" ? undefined : entry;
  } catch (error) {
    if (isUnreadable(error)) return undefined;
    throw error;
  }
}

async function isUnchanged(
  then: string,
  before: TreeEntry | undefined,
  now: string,
  after: TreeEntry | undefined,
): Promise<boolean> {
  try {
    return await isSameFile({ root: then, entry: before }, { root: now, entry: after });
  } catch (error) {
    // It went, or became unreadable, while it was looked at.
    if (isUnreadable(error)) return false;
    throw error;
  }
}

function byPath(entries: readonly TreeEntry[]): ReadonlyMap<string, TreeEntry> {
  return new Map(entries.filter(({ type }) => type !== "folder").map((entry) => [entry.path, entry]));
}
