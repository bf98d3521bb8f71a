import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { MAX_GIT_MS } from "./read-settings.ts";

/**
 * Whether settings outside of the repository say something of remotes, which git shows with the repository's own: other addresses,
 * perhaps with a token in them.
 */
export async function hasPersonalAddresses(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<boolean> {
  const args = ["config", "--show-scope", "--name-only", "--null", "--get-regexp", "^(url|remote)\\."];
  const options = { cwd: folder, env: { ...environment }, timeout: MAX_GIT_MS };
  try {
    const { stdout } = await promisify(execFile)("git", args, options);
    return /(?:^|\0)(?:system|global|command)\0/.test(stdout);
  } catch (error) {
    // Git ends with 1 where there is no such setting.
    return !(error instanceof Error && "code" in error && error.code === 1);
  }
}
