import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, lstat, mkdir, readlink, realpath, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";

import { AppError } from "../../core/words/app-error.ts";
import type { FolderApply } from "../../core/ports/conversation-folders.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { Git } from "../git/git.ts";
import { requireSameFolder } from "../require-same-folder.ts";
import { BaseChanged, bringHome } from "./bring-home.ts";
import type { ComparedFolder } from "./compare-copy.ts";
import { folderPaths, type FolderMarker } from "./folder-marker.ts";
import { dropStamps, loadStamps, saveStamps } from "./folder-stamps.ts";
import { removeTree } from "./remove-tree.ts";
import { stageChanges, type StagedChange } from "./stage-changes.ts";
import { EntryFinder, isMissing } from "./tree-entry.ts";
import { ensureFolder } from "../../lib/ensure-folder.ts";

interface ApplyParts {
  readonly git: Git;
  readonly isolationRoot: string;
  readonly logger: Logger;
}

/**
 * Brings a conversation's changes into its workspace, all or nothing. Afterwards the current state becomes the conversation's
 * baseline: the next diff shows only what comes later.
 */
export async function applyChanges(
  marker: FolderMarker,
  compared: ComparedFolder,
  { git, isolationRoot, logger }: ApplyParts,
  signal: AbortSignal,
): Promise<FolderApply> {
  const workspace = join(marker.source, marker.subfolder);
  await requireSameFolder(workspace, "The workspace that this conversation's folder was made from");
  if (compared.changes.length === 0) return { applied: [], conflicts: [] };
  // Inside the workspace, because only a rename within one file system is atomic.
  const stagingFolder = join(workspace, `.turnpike-apply-${randomBytes(6).toString("hex")}`);
  const paths = folderPaths(isolationRoot, marker.conversationId);
  const retarget = { from: paths.folder, to: marker.source };
  try {
    await mkdir(stagingFolder, { mode: 0o700 });
    const parts = { git, workspace, stagingFolder, retarget };
    const { staged, conflicts } = await stageChanges(compared, parts, signal);
    if (conflicts.length > 0) return { applied: [], conflicts };
    await bringHome(workspace, stagingFolder, staged);
    await settle(paths.stamps, compared.original, staged).catch((error: unknown) => {
      // The workspace has the changes, but the next diff will show some of them again.
      logger.error("isolation.not-settled", { conversationId: marker.conversationId, error });
    });
    return { applied: staged.map(({ path }) => path), conflicts: [] };
  } catch (error) {
    if (error instanceof BaseChanged) return { applied: [], conflicts: [error.path] };
    if (signal.aborted || error instanceof AppError) throw error;
    throw new AppError(
      {
        kind: "engine-failed",
        message:
          "The changes could not be written to the workspace; it is as it was. The server's log says why.",
      },
      { cause: error },
    );
  } finally {
    await removeTree(stagingFolder);
  }
}

/**
 * Moves the baseline: from now on the workspace counts as having had these files from the beginning. Deletions come first, to
 * make room for new files.
 */
async function settle(file: string, original: string, changes: readonly StagedChange[]): Promise<void> {
  const known = await loadStamps(file);
  const stamps = new Map(known);
  await dropStamps(file);
  for (const { path } of changes) await removeInside(original, path);
  const finder = new EntryFinder(original);
  for (const { path, after } of changes) {
    stamps.delete(path);
    if (after === undefined) continue;
    const target = join(original, path);
    await ensureFolder(dirname(target));
    const link = await readTarget(after);
    if (link === undefined) await copyFile(after, target, constants.COPYFILE_FICLONE);
    else await symlink(link, target);
    const entry = finder.find(path);
    if (entry) stamps.set(path, { ...entry, stamp: "" });
  }
  if (known) await saveStamps(file, stamps);
}

/** Never through a link. */
async function removeInside(root: string, path: string): Promise<void> {
  const target = join(root, path);
  try {
    const parent = dirname(target);
    if ((await realpath(parent)) === parent && (await lstat(target))) await removeTree(target);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

async function readTarget(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch {
    // The parent is a file.
    return undefined;
  }
}
