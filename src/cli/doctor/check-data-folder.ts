import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";

import { findLockHolder } from "../lock-data-folder.ts";
import { type Check, fail, type Finding, ok, warn } from "./check.ts";
import { checkSpace, failWriting, nearestFolder, tryWriting } from "./try-writing.ts";

const ELSEWHERE = "Choose another with --data-dir.";
const { R_OK, W_OK, X_OK } = constants;

/** Whether the server could write to the data folder, and whether a server already uses it. */
export const checkDataFolder: Check = {
  name: "Data folder",
  async run({ resolved, context }) {
    const { dataDir } = resolved.config;
    const stats = await stat(dataDir).catch(() => undefined);
    if (!stats) return [await checkParent(dataDir)];
    if (!stats.isDirectory()) return [fail(`${dataDir} is not a folder.`, ELSEWHERE)];
    if (!(await isAllowed(dataDir, R_OK | W_OK | X_OK))) {
      return [fail(`${dataDir} cannot be written by this user.`, `Change its rights, or: ${ELSEWHERE}`)];
    }
    const problem = await tryWriting(dataDir);
    if (problem) return [failWriting(dataDir, problem, ELSEWHERE)];
    const space = await checkSpace(dataDir, ELSEWHERE);
    const holder = findLockHolder(dataDir);
    const state =
      holder.type === "free"
        ? "writable, no server uses it"
        : `in use by a running Turnpike${holder.processId === undefined ? "" : ` (process ${holder.processId})`}`;
    const isOpen = context.machine.platform !== "win32" && (stats.mode & 0o077) !== 0;
    return [
      ok(`${dataDir}: ${state}`),
      ...(space ? [space] : []),
      ...(isOpen ? [warn("Other users of this machine may look into it.", `chmod 700 ${dataDir}`)] : []),
    ];
  },
};

async function checkParent(dataDir: string): Promise<Finding> {
  const folder = await nearestFolder(dataDir);
  const problem = await tryWriting(folder);
  return problem === undefined
    ? ok(`${dataDir}: made at the first start`)
    : failWriting(`${dataDir} cannot be made: ${folder}`, problem, ELSEWHERE);
}

function isAllowed(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
