import { execFile } from "node:child_process";
import { promisify } from "node:util";

import type { Repository } from "./find-repository.ts";
import { MAX_GIT_MS } from "./read-settings.ts";

/**
 * The repository of a folder that exists, as git itself takes it, with all its settings: `root` is the work tree, wherever that is.
 * Nothing is run but git. Undefined where git finds none.
 * @throws Error where git cannot tell
 */
export async function locateRepository(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Repository | undefined> {
  const asked = ["--git-dir", "--git-common-dir", "--show-toplevel"];
  const env = { ...environment, LC_ALL: "C" };
  const { stdout, stderr } = await promisify(execFile)(
    "git",
    ["rev-parse", "--path-format=absolute", ...asked],
    { cwd: folder, env, timeout: MAX_GIT_MS },
  ).catch((error: unknown) => {
    if (error instanceof Error && "stdout" in error && "stderr" in error) {
      return { stdout: String(error.stdout), stderr: String(error.stderr) };
    }
    throw error;
  });
  const lines = stdout.split("\n").filter((line) => line !== "");
  const [gitFolder, commonFolder, root] = lines;
  if (gitFolder === undefined && /not a git repository \(or any/.test(stderr)) return undefined;
  // In a bare repository, and in git's own folder, there is no work tree.
  const isBare = lines.length === 2 && stderr.includes("must be run in a work tree");
  if (gitFolder === undefined || commonFolder === undefined || (lines.length !== 3 && !isBare)) {
    throw new Error("Git does not say where the folder's repository is.");
  }
  return { root: root ?? gitFolder, gitFolder, commonFolder };
}
