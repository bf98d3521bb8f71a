import { relative, sep } from "node:path";

import type { ConversationId } from "../../core/words/ids.ts";
import { isInside } from "../../lib/is-inside.ts";
import { branchFolder } from "./branch-folder.ts";
import { EntryCount } from "./entry-limits.ts";
import { folderPaths, type FolderMarker, type FolderPaths, writeMarker } from "./folder-marker.ts";
import type { FolderMaking, FolderPlan } from "./folder-making.ts";
import { makeCopy } from "./make-copy.ts";
import { makeWorktree } from "./make-worktree.ts";
import { removeTree } from "./remove-tree.ts";
import { removeWorktree } from "./worktree.ts";

export interface FolderRequest {
  readonly conversationId: ConversationId;
  readonly workspace: string;
  readonly profileName: string;
  readonly isolation: FolderMarker["isolation"];
  /** Start with the folder of another conversation. */
  readonly from?: FolderMarker | undefined;
}

/** Makes a conversation's folder, completely or not at all. First clears away what an earlier attempt left behind. */
export async function makeFolder(
  request: FolderRequest,
  making: FolderMaking,
  signal: AbortSignal,
): Promise<FolderMarker> {
  const { isolationRoot, limits } = making;
  const plan: FolderPlan = {
    ...folderPaths(isolationRoot, request.conversationId),
    conversationId: request.conversationId,
    workspace: request.workspace,
    count: new EntryCount(limits, request.profileName),
    isOwn: (root) => {
      const own = relative(root, isolationRoot).replaceAll(sep, "/");
      const canHold = isInside(isolationRoot, root);
      return (path) => canHold && (path === own || path.startsWith(`${own}/`));
    },
  };
  await clearFolder(plan);
  try {
    const marker = await fillFolder(request, plan, making, signal);
    await writeMarker(plan.marker, marker);
    return marker;
  } catch (error) {
    await clearFolder(plan);
    await removeWorktree(making.git, request.workspace, plan.folder);
    throw error;
  }
}

async function fillFolder(
  { isolation, from }: FolderRequest,
  plan: FolderPlan,
  making: FolderMaking,
  signal: AbortSignal,
): Promise<FolderMarker> {
  if (from) return branchFolder(from, plan, making, signal);
  const worktree = isolation === "worktree" ? await makeWorktree(plan, making, signal) : undefined;
  return worktree ?? makeCopy(plan, making, signal);
}

async function clearFolder({ folder, pristine, stamps, marker }: FolderPaths): Promise<void> {
  for (const path of [marker, `${marker}.new`, stamps, `${stamps}.new`, folder, pristine])
    await removeTree(path);
}
