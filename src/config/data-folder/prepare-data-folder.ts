import { constants } from "node:fs";
import { access } from "node:fs/promises";

import { ConfigError } from "../config-error.ts";
import { ensureFolder } from "../../lib/ensure-folder.ts";
import { codeOf } from "../../lib/error-code.ts";

/**
 * Creates the data folder if it does not exist, readable by this user only. Other code writes its files.
 * @throws ConfigError when it cannot be created or written.
 */
export async function prepareDataFolder(dataDir: string): Promise<void> {
  try {
    await ensureFolder(dataDir, 0o700);
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = codeOf(error) ?? "unknown error";
    const message = `The data folder ${dataDir} cannot be made or written (${code}). Choose another with --data-dir.`;
    throw new ConfigError([message], { cause: error });
  }
}
