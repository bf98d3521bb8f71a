import { readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/** The git repository that a folder lies in, as git finds it. */
export interface Repository {
  /** The folder under version control. */
  readonly root: string;
  /** Git's data for this folder. */
  readonly gitFolder: string;
  /** Git's data for the repository with all its worktrees. */
  readonly commonFolder: string;
}

/** Undefined when the folder lies in no repository. */
export async function findRepository(folder: string): Promise<Repository | undefined> {
  const found = (await gitFolderOf(folder)) ?? ((await isBare(folder)) ? folder : undefined);
  if (found !== undefined) {
    return { root: folder, gitFolder: found, commonFolder: await commonFolderOf(found) };
  }
  const above = dirname(folder);
  return above === folder ? undefined : findRepository(above);
}

/** `.git` is the git folder itself, or a file that points to it, as in worktrees and submodules. */
async function gitFolderOf(root: string): Promise<string | undefined> {
  const path = join(root, ".git");
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isDirectory()) return path;
  if (!stats?.isFile()) return undefined;
  const [, target] = /^gitdir: (.+)$/m.exec(await readFile(path, "utf8").catch(() => "")) ?? [];
  return target === undefined ? undefined : resolve(root, target.trim());
}

async function commonFolderOf(gitFolder: string): Promise<string> {
  const common = await readFile(join(gitFolder, "commondir"), "utf8").catch(() => undefined);
  const path = common === undefined ? gitFolder : resolve(gitFolder, common.trim());
  return realpath(path).catch(() => path);
}

async function isBare(folder: string): Promise<boolean> {
  const parts = ["HEAD", "objects", "refs"].map((name) => stat(join(folder, name)));
  return Promise.all(parts).then(
    () => true,
    () => false,
  );
}
