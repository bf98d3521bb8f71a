import { realpath } from "node:fs/promises";
import { join } from "node:path";

import type { Config } from "../config/config.ts";

/** All that the data folder holds but `workspaces`, where isolated conversations work. */
const NAMES = [
  "api-key",
  "approver-key",
  "config.yaml",
  "demo-claude",
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
  /** Files and folders that no tool reads. */
  readonly privatePaths: readonly string[];
  /** Folders of which a turn reads no more than its own folder. */
  readonly privateFolders: readonly string[];
}

/**
 * What no tool of Claude Code's is to see: keys, settings, other clients' conversations and folders. By their own names, and by where
 * links lead.
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
