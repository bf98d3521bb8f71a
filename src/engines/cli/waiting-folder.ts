import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { ensureFolder } from "../../lib/ensure-folder.ts";

/** An empty folder in which a process waits for its conversation and its own folder. Only its owner can look into it. */
export interface WaitingFolder {
  readonly path: string;
  /** May be called twice. Never rejects. */
  remove(): Promise<void>;
}

export async function makeWaitingFolder(parent: string): Promise<WaitingFolder> {
  await ensureFolder(parent, 0o700);
  const path = await mkdtemp(join(parent, "spare-"));
  // What cannot be removed is empty anyway.
  return { path, remove: () => rm(path, { recursive: true, force: true }).catch(() => {}) };
}
