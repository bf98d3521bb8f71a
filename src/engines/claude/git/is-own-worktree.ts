import { readFile, realpath } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import type { Repository } from "./find-repository.ts";
import { readSettings } from "./read-settings.ts";

/**
 * Whether git's data itself says that it belongs to this work tree, as that of a worktree or a submodule does. A `.git` file alone
 * may point to anybody's repository.
 */
export async function isOwnWorktree(
  { root, gitFolder, commonFolder }: Repository,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<boolean> {
  const back = await readFile(join(gitFolder, "gitdir"), "utf8").catch(() => undefined);
  if (back !== undefined) {
    const [here, there] = [join(root, ".git"), resolve(gitFolder, back.trim())];
    return (await isSame(here, there)) && isSame(dirname(dirname(gitFolder)), commonFolder);
  }
  const settings = await readSettings(join(gitFolder, "config"), environment);
  const worktree = settings.findLast(([key]) => key === "core.worktree")?.[1];
  if (worktree === undefined || !(await isSame(resolve(gitFolder, worktree), root))) return false;
  return isSame(gitFolder, commonFolder);
}

async function isSame(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all(
    [one, other].map((path) => realpath(path).catch(() => undefined)),
  );
  return first !== undefined && first === second;
}
