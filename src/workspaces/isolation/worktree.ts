import { AppError } from "../../core/words/app-error.ts";
import type { Git } from "../git/git.ts";

/** Never aborts: once begun, the work must not be left half done. */
const NEVER = new AbortController().signal;

/**
 * Registers a worktree that contains nothing but its `.git` file. We put the files there ourselves: git would run them through
 * the repository's filters and leave out uncommitted changes.
 */
export async function addWorktree(
  git: Git,
  repository: string,
  folder: string,
  commit: string,
): Promise<void> {
  const add = ["worktree", "add", "--quiet", "--force", "--detach", "--no-checkout", folder, commit];
  for (const [at, args] of [[repository, add] as const, [folder, ["read-tree", "HEAD"]] as const]) {
    const { exitCode, stderr } = await git.run(at, args, NEVER);
    if (exitCode === 0) continue;
    throw new AppError(
      {
        kind: "engine-failed",
        message: "Git could not make a worktree of the workspace. The server's log says why.",
      },
      { cause: new Error(`git ${args[0]}: ${stderr.trim()}`) },
    );
  }
}

/** Removes a folder that is gone from the repository's list of worktrees; does nothing if it is not in the list. */
export async function removeWorktree(git: Git, repository: string, folder: string): Promise<void> {
  try {
    await git.run(repository, ["worktree", "remove", "--force", "--force", folder], NEVER);
  } catch {
    // The repository is gone, and its list with it.
  }
}
