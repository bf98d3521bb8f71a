import { lstat, stat } from "node:fs/promises";
import { join } from "node:path";

import type { CommandContext } from "../command-context.ts";
import { type CheckOfMachine, fail, type Finding, ok } from "./check.ts";
import { checkSpace, failWriting, tryWriting } from "./try-writing.ts";

export const checkTempFolder: CheckOfMachine = {
  name: "Temp folder",
  run: ({ context }) => examineTempFolder(context),
};

/** Claude Code stores its commands' output there, and fails in odd ways where it cannot. */
export async function examineTempFolder(context: CommandContext): Promise<readonly Finding[]> {
  const { folder, variable } = findTempFolder(context);
  const remedy = `Set ${variable} to a folder that this user can write to.`;
  const stats = await stat(folder).catch(() => undefined);
  if (!stats) return [fail(`${folder} does not exist.`, `Make it. Or: ${remedy}`)];
  if (!stats.isDirectory()) return [fail(`${folder} is not a folder.`, remedy)];
  const problem = await tryWriting(folder);
  if (problem) return [failWriting(folder, problem, remedy)];
  const own = await checkOwnFolder(folder, context.machine.userId);
  const free = await checkSpace(folder, remedy);
  return own || free ? [own, free].filter((one) => one !== undefined) : [ok(`${folder}: writable`)];
}

/** In the order of Claude Code and of Node, which it runs on. */
function findTempFolder({ environment, machine }: CommandContext): {
  readonly folder: string;
  readonly variable: string;
} {
  const isWindows = machine.platform === "win32";
  const names = ["CLAUDE_CODE_TMPDIR", ...(isWindows ? ["TEMP", "TMP"] : ["TMPDIR", "TMP", "TEMP"])];
  for (const variable of names) {
    const folder = environment[variable];
    if (folder) return { folder, variable };
  }
  const folder = isWindows ? join(environment["SYSTEMROOT"] ?? "C:\\Windows", "temp") : "/tmp";
  return { folder, variable: isWindows ? "TEMP" : "TMPDIR" };
}

/** Claude Code keeps to a folder of its user's own in it, and does not start commands where that is somebody else's. */
async function checkOwnFolder(folder: string, userId: number | undefined): Promise<Finding | undefined> {
  if (userId === undefined) return undefined;
  const own = join(folder, `claude-${userId}`);
  const stats = await lstat(own).catch(() => undefined);
  if (!stats || (stats.isDirectory() && stats.uid === userId && (stats.mode & 0o700) === 0o700))
    return undefined;
  const what = stats.isDirectory()
    ? stats.uid === userId
      ? "cannot be written by its owner"
      : "belongs to another user"
    : "is not a folder";
  return fail(
    `${own} ${what}; Claude Code wants it for its commands.`,
    "Remove it, or set CLAUDE_CODE_TMPDIR to a folder of this user.",
  );
}
