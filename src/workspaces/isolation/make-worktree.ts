import { join } from "node:path";

import { copyEntries } from "./copy-entries.ts";
import { findCheckedOut } from "../git/find-checked-out.ts";
import type { FolderMarker } from "./folder-marker.ts";
import { saveStamps, takeStamps } from "./folder-stamps.ts";
import { listKept } from "./list-kept.ts";
import type { FolderMaking, FolderPlan } from "./folder-making.ts";
import type { TreeEntry } from "./tree-entry.ts";
import { addWorktree } from "./worktree.ts";

/**
 * Makes a git worktree at the workspace's commit, including uncommitted changes: what the person sees, without ignored files.
 * Undefined where that is not possible: no repository, an ignored workspace, submodules.
 */
export async function makeWorktree(
  plan: FolderPlan,
  { git, clock, logger }: FolderMaking,
  signal: AbortSignal,
): Promise<FolderMarker | undefined> {
  const { workspace, folder, pristine, conversationId } = plan;
  const repository = await findCheckedOut(git, workspace, signal);
  if (repository === undefined) return undefined;
  const { root, subfolder, commit } = repository;
  const options = { git, skip: plan.isOwn(root), count: (entry: TreeEntry) => plan.count.add(entry) };
  const { entries, hasNested } = await listKept(root, options, signal);
  const inside = (path: string) => subfolder === "" || path.startsWith(`${subfolder}/`);
  if (hasNested || !entries.some(({ path }) => inside(path))) return undefined;

  await addWorktree(git, root, folder, commit);
  const retarget = { from: root, to: folder };
  const kept = entries.filter(({ path }) => inside(path));
  const other = entries.filter(({ path }) => !inside(path));
  // Through the pristine copy, so that both are the same even if the workspace changes meanwhile.
  let missed = await copyEntries(root, pristine, kept, { retarget }, signal);
  await copyEntries(pristine, folder, kept, {}, signal);
  missed += await copyEntries(root, folder, other, { retarget }, signal);
  const named = kept.map((entry) => ({
    ...entry,
    path: entry.path.slice(subfolder === "" ? 0 : subfolder.length + 1),
  }));
  const stamps = await takeStamps(named, join(folder, subfolder), () => true, signal);
  await saveStamps(plan.stamps, stamps);
  logger.info("isolation.made", { conversationId, isolation: "worktree", files: entries.length, missed });
  return { conversationId, isolation: "worktree", source: root, subfolder, commit, createdAt: clock() };
}
