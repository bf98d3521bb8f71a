import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { isInside } from "../../lib/is-inside.ts";
import { copyEntries } from "./copy-entries.ts";
import type { FolderMarker } from "./folder-marker.ts";
import { saveStamps, takeStamps } from "./folder-stamps.ts";
import { listKept } from "./list-kept.ts";
import { listTree } from "./list-tree.ts";
import type { FolderMaking, FolderPlan } from "./folder-making.ts";

/** Makes a copy of everything in the workspace, including ignored files. */
export async function makeCopy(
  plan: FolderPlan,
  { git, clock, logger }: FolderMaking,
  signal: AbortSignal,
): Promise<FolderMarker> {
  const { workspace, folder, pristine, conversationId } = plan;
  const isOwn = plan.isOwn(workspace);
  const skip = (path: string) => isOwn(path) || isForeignGit(workspace, path);
  const all = await listTree(workspace, { skip, count: (entry) => plan.count.add(entry) }, signal);
  const { entries } = await listKept(workspace, { git, skip: isOwn }, signal);
  const keptPaths = new Set(entries.map(({ path }) => path));
  const kept = all.filter(({ path }) => keptPaths.has(path));
  const other = all.filter(({ path }) => !keptPaths.has(path));
  const retarget = { from: workspace, to: folder };
  // Through the pristine copy, so that both are the same even if the workspace changes meanwhile.
  let missed = await copyEntries(workspace, pristine, kept, { retarget }, signal);
  await copyEntries(pristine, folder, kept, { keepTimes: true }, signal);
  missed += await copyEntries(workspace, folder, other, { retarget, keepTimes: true }, signal);
  const stamps = await takeStamps(kept, folder, () => true, signal);
  await saveStamps(plan.stamps, stamps);
  logger.info("isolation.made", { conversationId, isolation: "copy", files: all.length, missed });
  return { conversationId, isolation: "copy", source: workspace, subfolder: "", createdAt: clock() };
}

/**
 * Git files that must not be in a copy: the repository's list of worktrees, a lock, and the `.git` file of a worktree or
 * submodule whose repository lies elsewhere. With such a file, git in the copy would change the original.
 */
function isForeignGit(root: string, path: string): boolean {
  if (path === ".git/worktrees" || path === ".git/index.lock") return true;
  if (path !== ".git" && !path.endsWith("/.git")) return false;
  const absolute = join(root, path);
  try {
    if (statSync(absolute).isDirectory()) return !isInside(realpathSync(absolute), root);
    const target = /^gitdir: (.+)$/m.exec(readFileSync(absolute, "utf8"))?.[1];
    if (target === undefined) return false;
    // An absolute path leads to the original even if it lies inside the folder.
    return target.startsWith("/") || !isInside(realpathSync(resolve(dirname(absolute), target)), root);
  } catch {
    // It leads nowhere that this user can read.
    return true;
  }
}
