import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";

import { ConfigError } from "../config-error.ts";

/**
 * Makes the data folder, readable by this user only, unless it is there. Its files are written by others.
 * @throws ConfigError when it cannot be made or written.
 */
export async function prepareDataFolder(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    const message = `The data folder ${dataDir} cannot be made or written (${code}). Choose another with --data-dir.`;
    throw new ConfigError([message], { cause: error });
  }
}
