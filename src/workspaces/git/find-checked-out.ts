import { realpath } from "node:fs/promises";

import type { Git } from "./git.ts";

interface CheckedOut {
  /** Absolute real path of the working tree. */
  readonly root: string;
  /** The workspace's path in the repository, parts joined by `/`; empty when it is the root. */
  readonly subfolder: string;
  /** The checked-out commit. */
  readonly commit: string;
}

/** The git repository that contains the folder. Undefined when there is none, it has no commit, or git is not available. */
export async function findCheckedOut(
  git: Git,
  folder: string,
  signal: AbortSignal,
): Promise<CheckedOut | undefined> {
  const place = await git.read(folder, ["rev-parse", "--show-toplevel", "--show-prefix"], signal);
  const commit = await git.read(folder, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], signal);
  const [, root, subfolder = ""] = /^(.+)\n(.*)\n$/.exec(place ?? "") ?? [];
  if (root === undefined || commit === undefined) return undefined;
  return { root: await realpath(root), subfolder: subfolder.replace(/\/$/, ""), commit: commit.trim() };
}
