import { chmod, copyFile, lstat, readlink, realpath, symlink, writeFile } from "node:fs/promises";
import { constants } from "node:fs";
import { dirname, join } from "node:path";
import type { Git } from "../git/git.ts";
import type { ChangedFile, ComparedFolder } from "./compare-copy.ts";
import { type Retarget, retargetLink } from "./retarget-link.ts";
import { isExecutable, hasSameContent, type Placed } from "./same-content.ts";
import { isMissing, toEntry, type TreeEntry } from "./tree-entry.ts";
import { ensureFolder } from "../../lib/ensure-folder.ts";

/** One change that is ready to be brought into the workspace. */
export interface StagedChange {
  readonly path: string;
  /** The conversation's file as it was when it was staged; undefined when it has been deleted. */
  readonly after: string | undefined;
  /** The file to put into the workspace; undefined when there is none. */
  readonly result: string | undefined;
  /** The workspace's current file, to check later that it has not changed. */
  readonly current: TreeEntry | undefined;
  /** Whether the workspace already has the change. */
  readonly isDone: boolean;
}

export interface Staging {
  readonly staged: readonly StagedChange[];
  readonly conflicts: readonly string[];
}

/** Decides on each change and puts its result into the staging folder. Changes nothing in the workspace. */
export async function stageChanges(
  compared: ComparedFolder,
  parts: {
    readonly git: Git;
    readonly workspace: string;
    readonly stagingFolder: string;
    readonly retarget: Retarget;
  },
  signal: AbortSignal,
): Promise<Staging> {
  const staged: StagedChange[] = [];
  const conflicts: string[] = [];
  const leaving = new Set(compared.changes.filter(({ after }) => !after).map(({ path }) => path));
  for (const [index, change] of compared.changes.entries()) {
    signal.throwIfAborted();
    const current = await findCurrent(parts.workspace, change.path, leaving);
    const step =
      current === "blocked" ? undefined : await stage(change, current, index, compared, parts, signal);
    if (step) staged.push(step);
    else conflicts.push(change.path);
  }
  return { staged, conflicts };
}

/** Undefined when the workspace's file and the conversation's cannot be merged. */
async function stage(
  { path, before, after }: ChangedFile,
  current: TreeEntry | undefined,
  index: number,
  { now, original: was }: ComparedFolder,
  parts: Parameters<typeof stageChanges>[1],
  signal: AbortSignal,
): Promise<StagedChange | undefined> {
  const { workspace, stagingFolder, retarget } = parts;
  const snapshot = after && join(stagingFolder, `${index}.after`);
  const result = after && join(stagingFolder, `${index}.result`);
  if (after && snapshot && result) {
    await copyChange(join(now, path), snapshot, after);
    await copyChange(snapshot, result, after, retarget);
  }
  const staged = { path, after: snapshot, result, current, isDone: false };
  const here = { root: workspace, entry: current };
  if (await hasSameContent(here, await placed(stagingFolder, `${index}.result`)))
    return { ...staged, isDone: true };
  const original = join(stagingFolder, `${index}.before`);
  if (before) await copyChange(join(was, path), original, before, retarget);
  if (await hasSameContent(here, await placed(stagingFolder, `${index}.before`))) return staged;
  if (before?.type !== "file" || after?.type !== "file" || current?.type !== "file" || !snapshot || !result) {
    return undefined;
  }
  const sides = { base: join(workspace, path), original, changed: snapshot };
  const merged = await mergeText(parts.git, stagingFolder, sides, signal);
  if (merged === undefined) return undefined;
  await writeFile(result, merged);
  const givesMode = isExecutable(before) !== isExecutable(after);
  await chmod(result, givesMode ? after.mode : current.mode);
  return staged;
}

async function placed(root: string, name: string): Promise<Placed> {
  const entry = await entryAt(root, name);
  return { root, entry: entry === "blocked" ? undefined : entry };
}

/** The workspace's current file. `blocked`: something else is there, or a link is on the way, which is never followed. */
async function findCurrent(
  workspace: string,
  path: string,
  leaving: ReadonlySet<string>,
): Promise<TreeEntry | "blocked" | undefined> {
  const parts = path.split("/").slice(0, -1);
  for (const [index] of parts.entries()) {
    const parent = parts.slice(0, index + 1).join("/");
    const entry = await entryAt(workspace, parent);
    if (entry === undefined) return undefined;
    // A file that becomes a folder: the file is removed first.
    if (entry !== "blocked" && entry.type !== "folder") return leaving.has(parent) ? undefined : "blocked";
    if (entry === "blocked") return entry;
  }
  const entry = await entryAt(workspace, path);
  if (entry === undefined || entry === "blocked" || entry.type !== "folder") return entry;
  // A folder that becomes a file: it is removed if everything in it is; otherwise the change fails.
  const isLeaving = [...leaving].some((each) => each.startsWith(`${path}/`));
  return isLeaving ? undefined : "blocked";
}

async function entryAt(root: string, path: string): Promise<TreeEntry | "blocked" | undefined> {
  try {
    return toEntry(path, await lstat(join(root, path))) ?? "blocked";
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function copyChange(
  from: string,
  to: string,
  entry: Pick<TreeEntry, "type">,
  retarget?: Retarget,
): Promise<void> {
  await ensureFolder(dirname(to));
  // Do not follow a link put on the way since the file was found.
  if ((await realpath(dirname(from))) !== dirname(from))
    throw new Error("The folder changes while it is read.");
  if (entry.type === "link") {
    const target = await readlink(from);
    await symlink(retarget ? retargetLink(target, retarget) : target, to);
    return;
  }
  await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
}

/** Three versions of one file, by absolute path. */
interface MergeSides {
  readonly base: string;
  readonly original: string;
  readonly changed: string;
}

/** Merges both sides' changes to a text file. Undefined when they overlap, or the file is not text. */
async function mergeText(
  git: Git,
  folder: string,
  { base, original, changed }: MergeSides,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const { exitCode, stdout } = await git.run(
    folder,
    ["merge-file", "--stdout", "--quiet", base, original, changed],
    signal,
  );
  return exitCode === 0 ? stdout : undefined;
}
