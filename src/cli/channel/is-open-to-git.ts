import { execFile } from "node:child_process";
import { basename, dirname } from "node:path";
import { promisify } from "node:util";

import type { Environment } from "../../config/sources/process-environment.ts";
import { isRecord } from "../../lib/is-record.ts";
import { scrubEnvironment } from "./scrub-environment.ts";

const TIMEOUT_MS = 5_000;
/** What `git check-ignore` ends with for a file of a repository that is not ignored. */
const NOT_IGNORED = 1;

/** Whether a file may come into a git repository: it is in a folder of one that does not ignore it. False where git cannot tell. */
export async function isOpenToGit(file: string, environment: Environment): Promise<boolean> {
  const args = ["-c", "core.fsmonitor=false", "check-ignore", "--quiet", basename(file)];
  const options = { cwd: dirname(file), timeout: TIMEOUT_MS, env: { ...scrubEnvironment(environment) } };
  return promisify(execFile)("git", args, options).then(
    () => false,
    (error: unknown) => isRecord(error) && error["code"] === NOT_IGNORED,
  );
}
