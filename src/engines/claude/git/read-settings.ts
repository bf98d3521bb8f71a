import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { promisify } from "node:util";

export const MAX_GIT_MS = 10_000;

/** Reads a file of settings as git itself does; none where there is no file. Reading runs nothing, and includes are not followed. */
export async function readSettings(
  file: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly (readonly [key: string, value: string])[]> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return [];
  const args = ["config", "--file", file, "--no-includes", "--null", "--list"];
  const options = { env: { ...environment, GIT_CONFIG_NOSYSTEM: "1" }, cwd: "/", timeout: MAX_GIT_MS };
  const { stdout } = await promisify(execFile)("git", args, options);
  return stdout
    .split("\0")
    .filter((entry) => entry !== "")
    .map((entry) => {
      const end = entry.indexOf("\n");
      return end === -1 ? [entry, ""] : [entry.slice(0, end), entry.slice(end + 1)];
    });
}
