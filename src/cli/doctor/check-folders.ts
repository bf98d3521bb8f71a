import { constants } from "node:fs";
import { access } from "node:fs/promises";

import { findUntrusted } from "../../config/trust/find-untrusted.ts";
import { ownCommand } from "../own-command.ts";
import { quoteForShell } from "../quote-for-shell.ts";
import { type Check, fail, type Finding, ok, warn } from "./check.ts";
import { isDiskFull } from "./try-writing.ts";

const { R_OK, W_OK, X_OK } = constants;

/** The folders that turns work in. Resolving the settings has already checked that they exist. */
export const checkFolders: Check = {
  name: "Workspaces",
  async run({ resolved, context }) {
    const users = new Map<string, string[]>();
    for (const { name, workspace, additionalDirectories } of Object.values(resolved.config.profiles)) {
      for (const folder of [workspace, ...additionalDirectories]) {
        users.set(folder, [...(users.get(folder) ?? []), name]);
      }
    }
    for (const folder of resolved.config.requests.folders) {
      users.set(folder, [...(users.get(folder) ?? []), "requests.folders"]);
    }
    const found = await Promise.all(
      Array.from(users, ([folder, names]) => checkFolder(folder, names.join(", "))),
    );
    const untrusted = findUntrusted(resolved.config, context.machine.homeDir);
    return [
      ...found,
      ...untrusted.map(({ folder, settings }) =>
        warn(
          `${folder} has settings of its own (${settings.join(", ")}), which are not used.`,
          `If you know who wrote them: ${ownCommand(`trust ${quoteForShell(folder)}`, resolved.config, context)}`,
        ),
      ),
    ];
  },
};

async function checkFolder(folder: string, names: string): Promise<Finding> {
  const may = (mode: number) =>
    access(folder, mode).then(
      () => true,
      () => false,
    );
  const who = `${folder} (${names})`;
  if (!(await may(R_OK | X_OK))) return fail(`${who} cannot be read by this user.`, "Change its rights.");
  if (!(await may(W_OK))) return warn(`${who} can be read, but not written by this user.`);
  if (await isDiskFull(folder))
    return fail(`${who} is on a full disk.`, "Make room: Claude Code can change no file there.");
  return ok(who);
}
