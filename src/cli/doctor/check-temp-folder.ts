import { constants } from "node:fs";
import { access } from "node:fs/promises";

import { type Check, fail, ok } from "./check.ts";

/** Claude Code stores its commands' output there, and fails in odd ways where it cannot. */
export const checkTempFolder: Check = {
  name: "Temp folder",
  async run({ context }) {
    const { TMPDIR, TEMP, TMP } = context.environment;
    const folder = (context.machine.platform === "win32" ? (TEMP ?? TMP) : TMPDIR) || "/tmp";
    const isWritable = await access(folder, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isWritable) return [ok(`${folder}: writable`)];
    return [fail(`${folder} cannot be written by this user.`, "Set TMPDIR to a folder that can.")];
  },
};
