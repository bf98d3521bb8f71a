import { lstatSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * Where a repository keeps its parts. Found by looking at files only: no program runs, and the repository's configuration has
 * no say.
 */
export interface GitRepository {
  /** The root of the working tree. */
  readonly root: string;
  /** The git folder of this working tree, with its index. */
  readonly gitFolder: string;
  /** The git folder shared by all working trees of the repository, with the objects. */
  readonly commonFolder: string;
}

/** The repository that contains `folder`, or none. */
export function repositoryAbove(folder: string): GitRepository | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const repository = repositoryAt(at);
    if (repository) return repository;
    if (dirname(at) === at) return undefined;
  }
}

/** The repository whose working tree has its root at `root`, or none. */
export function repositoryAt(root: string): GitRepository | undefined {
  try {
    const gitFolder = gitFolderOf(join(root, ".git"));
    if (!gitFolder || !statSync(join(gitFolder, "HEAD"), { throwIfNoEntry: false })?.isFile())
      return undefined;
    return { root, gitFolder, commonFolder: commonFolderOf(gitFolder) };
  } catch {
    return undefined;
  }
}

/** `.git` is a folder or, in submodules and additional worktrees, a file that names one. */
function gitFolderOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return realpathSync(path);
  if (!stat?.isFile() || stat.size > 8192) return undefined;
  const target = /^gitdir: (.+)$/m.exec(readFileSync(path, "utf8"))?.[1];
  return target === undefined ? undefined : realpathSync(resolve(dirname(path), target));
}

function commonFolderOf(gitFolder: string): string {
  const path = join(gitFolder, "commondir");
  if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) return gitFolder;
  return realpathSync(resolve(gitFolder, readFileSync(path, "utf8").trim()));
}
