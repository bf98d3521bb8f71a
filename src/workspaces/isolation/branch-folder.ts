import { join } from "node:path";

import { copyEntries } from "./copy-entries.ts";
import { folderPaths, type FolderMarker, type FolderPaths } from "./folder-marker.ts";
import { loadStamps, saveStamps, takeStamps } from "./folder-stamps.ts";
import { listTree } from "./list-tree.ts";
import type { FolderMaking, FolderPlan } from "./folder-making.ts";
import { EntryFinder, type TreeEntry } from "./tree-entry.ts";
import { addWorktree } from "./worktree.ts";

/** Makes a folder that starts as a copy of another conversation's current folder, with the same baseline to compare with. */
export async function branchFolder(
  from: FolderMarker,
  plan: FolderPlan,
  { git, isolationRoot, clock, logger }: FolderMaking,
  signal: AbortSignal,
): Promise<FolderMarker> {
  const { conversationId, folder, pristine } = plan;
  const source = folderPaths(isolationRoot, from.conversationId);
  const isWorktree = from.isolation === "worktree";
  const skip = (path: string) => path === ".git/worktrees" || (isWorktree && path === ".git");
  const count = (entry: TreeEntry) => plan.count.add(entry);
  const entries = await listTree(source.folder, { skip, count }, signal);
  const before = await listTree(source.pristine, { skip: () => false }, signal);
  let { commit } = from;
  if (isWorktree && commit !== undefined) {
    // The other conversation may have committed since.
    const head = await git.read(source.folder, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], signal);
    commit = head?.trim() ?? commit;
    await addWorktree(git, from.source, folder, commit);
  }
  const retarget = { from: source.folder, to: folder };
  await copyEntries(source.pristine, pristine, before, { retarget }, signal);
  const missed = await copyEntries(source.folder, folder, entries, { retarget, keepTimes: true }, signal);
  await branchStamps(from, source, plan, signal);
  logger.info("isolation.branched", {
    conversationId,
    from: from.conversationId,
    files: entries.length,
    missed,
  });
  return { ...from, conversationId, ...(commit === undefined ? {} : { commit }), createdAt: clock() };
}

/** Runs after the copying: a file that is still as it was when the stamps were taken has been copied in that state. */
async function branchStamps(
  { subfolder }: FolderMarker,
  source: FolderPaths,
  plan: FolderPlan,
  signal: AbortSignal,
): Promise<void> {
  const known = await loadStamps(source.stamps);
  if (known === undefined) return;
  const finder = new EntryFinder(join(source.folder, subfolder));
  const isSame = (path: string) => finder.find(path)?.stamp === known.get(path)?.stamp;
  const stamps = await takeStamps([...known.values()], join(plan.folder, subfolder), isSame, signal);
  await saveStamps(plan.stamps, stamps);
}
