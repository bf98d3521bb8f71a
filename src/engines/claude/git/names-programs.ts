import { access, constants, readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import { isInside } from "../../../lib/is-inside.ts";
import { findRepository } from "./find-repository.ts";
import { readSettings } from "./read-settings.ts";

/** Settings of repositories that name no program. All others are assumed to name one. */
const HARMLESS = [
  /^core\.(repositoryformatversion|filemode|bare|logallrefupdates|ignorecase|precomposeunicode|symlinks|autocrlf|eol|safecrlf|abbrev|quotepath|compression|bigfilethreshold|sparsecheckout|sparsecheckoutcone|untrackedcache|longpaths|preloadindex|fscache|commitgraph|sharedrepository|checkstat|trustctime|whitespace|commentchar)$/,
  /^(user|author|committer|init|pull|push|fetch|rebase|color|log|status|gc(?!\.recentobjectshook)|maintenance|index|feature|advice|gui|branch|commit|tag|format|submodule\.recurse|lfs\.repositoryformatversion)(\.|$)/,
  /^(merge\.(ff|conflictstyle|renames|renamelimit|stat|log)|diff\.(algorithm|renames|renamelimit|colormoved|mnemonicprefix|noprefix))$/,
  // Not `partialclone`: git would fetch what is missing from where that says.
  /^extensions\.(noop|objectformat|compatobjectformat|refstorage|worktreeconfig|preciousobjects|relativeworktrees)$/,
  /^remote\..+\.(url|pushurl|fetch|push|tagopt|prune|mirror|gh-resolved)$/,
  /^submodule\..+\.(url|active|branch|ignore)$/,
];
const SWITCH = /^(true|false|yes|no|on|off|0|1|)$/i;
const MAX_MODULES = 100;

/**
 * Whether git would run programs that a folder's repository itself names, even in commands that only read: by its own
 * configuration, by that of its submodules, or by a hook. Settings that send git to another work tree or to another machine count
 * as well. `environment` is the one in which git is found.
 */
export async function namesPrograms(
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<boolean> {
  const repository = await findRepository(folder);
  if (!repository) return false;
  const { root, gitFolder, commonFolder } = repository;
  const worktrees = await readdir(join(commonFolder, "worktrees")).catch(() => []);
  const folders = [
    gitFolder,
    commonFolder,
    ...worktrees.map((name) => join(commonFolder, "worktrees", name)),
    ...(await findModules(join(commonFolder, "modules"))),
  ];
  const roots = [root, dirname(commonFolder)];
  for (const own of new Set(folders)) if (await hasPrograms(own, roots, environment)) return true;
  return false;
}

async function hasPrograms(
  git: string,
  roots: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<boolean> {
  if (await isRunnable(join(git, "hooks", ON_READING))) return true;
  const [root = git] = roots;
  for (const name of ["config", "config.worktree"]) {
    for (const [key, value] of await readSettings(join(git, name), environment)) {
      if (key === "core.fsmonitor" && SWITCH.test(value)) continue;
      if (key === "core.hookspath" && !(await isRunnable(join(resolve(root, value), ON_READING)))) continue;
      if (key === "core.worktree" && roots.some((one) => isInside(resolve(git, value), one))) continue;
      if (!HARMLESS.some((pattern) => pattern.test(key))) return true;
    }
  }
  return false;
}

/** The only hook of commands that change nothing but the file times that git remembers. */
const ON_READING = "post-index-change";

/** The repositories of submodules, whose names may contain slashes. */
async function findModules(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  const waiting = [folder];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const entries = await readdir(at, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.filter((one) => one.isDirectory())) {
      const path = join(at, entry.name);
      const isRepository = await exists(join(path, "HEAD"));
      if (isRepository) found.push(path);
      waiting.push(isRepository ? join(path, "modules") : path);
      if (found.length + waiting.length > MAX_MODULES) throw new Error("There are too many submodules.");
    }
  }
  return found;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function isRunnable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
