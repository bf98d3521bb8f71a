import { randomBytes } from "node:crypto";
import { chmod, rename, rm, writeFile } from "node:fs/promises";

import { followLinks } from "./follow-links.ts";

/**
 * Replaces a file as a whole, so that nobody reads half of it. A symbolic link stays one: what it leads to is replaced.
 * `mode` is that of the new file, whatever this process's mask.
 */
export async function replaceFile(path: string, content: string, mode = 0o600): Promise<void> {
  const target = await followLinks(path);
  const draft = `${target}.${randomBytes(6).toString("hex")}`;
  try {
    // Nobody else may open it before it has its mode.
    await writeFile(draft, content, { mode: mode & 0o700, flag: "wx" });
    await chmod(draft, mode);
    await rename(draft, target);
  } finally {
    await rm(draft, { force: true });
  }
}
