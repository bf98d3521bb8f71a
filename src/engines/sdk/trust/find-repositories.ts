import { lstat, readFile, realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

/** The root of the git repository or worktree that a folder lies in, and of the repository that a worktree belongs to. */
export async function findRepositories(folder: string): Promise<readonly string[]> {
  const git = join(folder, ".git");
  const stats = await lstat(git).catch(() => undefined);
  if (stats?.isDirectory()) return [folder];
  if (stats?.isFile()) return [folder, ...(await findMain(git))];
  const above = dirname(folder);
  return above === folder ? [] : findRepositories(above);
}

/** A worktree's `.git` is a file that leads to a folder in the `.git` of its repository. */
async function findMain(file: string): Promise<readonly string[]> {
  try {
    const [, gitDir = ""] = /^gitdir: (.+)$/m.exec(await readFile(file, "utf8")) ?? [];
    const own = resolve(dirname(file), gitDir.trim());
    const common = resolve(own, (await readFile(join(own, "commondir"), "utf8")).trim());
    return basename(common) === ".git" ? [dirname(await realpath(common))] : [];
  } catch {
    // A submodule, or nothing that git would understand.
    return [];
  }
}
