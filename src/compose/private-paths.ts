import { realpath } from "node:fs/promises";
import { join } from "node:path";

import type { Config } from "../config/config.ts";

/** Everything in the data folder except `workspaces`, where isolated conversations work. */
const NAMES = [
  "api-key",
  "approver-key",
  "channel.json",
  "config.yaml",
  "demo-claude",
  "hook-secret",
  "seal-key",
  "server.lock",
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
 * The paths hidden from Claude Code's tools: keys, settings, other clients' conversations and folders. Includes the real paths
 * that links lead to.
 */
export async function findPrivatePaths({ dataDir, configFile, log }: Config): Promise<PrivatePaths> {
  const privateFolders = await withRealPaths([dataDir]);
  const files = await withRealPaths([configFile, log.file].filter((file) => file !== undefined));
  const inDataFolder = privateFolders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return { privatePaths: [...inDataFolder, ...files], privateFolders };
}

async function withRealPaths(paths: readonly string[]): Promise<readonly string[]> {
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => path)));
  return [...new Set([...paths, ...real])];
}
