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

/** What no tool of Claude Code's is to see: keys, other clients' conversations. By the folder's own name, and by where links lead. */
export async function privatePaths({ dataDir }: Config): Promise<readonly string[]> {
  const folders = new Set([dataDir, await realpath(dataDir).catch(() => dataDir)]);
  return [...folders].flatMap((folder) => NAMES.map((name) => join(folder, name)));
}
