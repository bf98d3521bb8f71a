import { realpath } from "node:fs/promises";
import { join } from "node:path";

import type { Config } from "../config/config.ts";
import { controlFolders } from "../config/data-folder/control-address.ts";
import type { Environment } from "../config/sources/process-environment.ts";

/** Everything in the data folder except `workspaces`, where isolated conversations work. */
const NAMES = [
  "api-key",
  "approver-key",
  "channel.json",
  "config.yaml",
  "control.sock",
  "demo-claude",
  "environment",
  "hook-secret",
  "nodes",
  "requests.db",
  "requests.db-shm",
  "requests.db-wal",
  "seal-key",
  "server.json",
  "server.lock",
  "server.log",
  "server.log.1",
  "server.pid",
  "snapshots",
  "transcripts",
  "trusted-folders.json",
  "turnpike.db",
  "turnpike.db-shm",
  "turnpike.db-wal",
];

export interface PrivatePaths {
  /** Files and folders that no tool may read. */
  readonly privatePaths: readonly string[];
  /** Folders in which a turn may read only its own folder. */
  readonly privateFolders: readonly string[];
}

/**
 * The paths hidden from Claude Code's tools: keys, settings, the way to control the server, other clients' conversations and
 * folders. Includes the real paths that links lead to.
 */
export async function findPrivatePaths(
  { dataDir, configFile, log }: Pick<Config, "dataDir" | "configFile" | "log">,
  environment: Environment,
): Promise<PrivatePaths> {
  const privateFolders = await withRealPaths([dataDir]);
  const files = await withRealPaths([configFile, log.file].filter((file) => file !== undefined));
  const inDataFolder = privateFolders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const controlPaths = await withRealPaths(controlFolders(environment));
  return { privatePaths: [...inDataFolder, ...files, ...controlPaths], privateFolders };
}

async function withRealPaths(paths: readonly string[]): Promise<readonly string[]> {
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => path)));
  return [...new Set([...paths, ...real])];
}
