import { randomBytes } from "node:crypto";
import { chmod, rename, rm, writeFile } from "node:fs/promises";

import { followLinks } from "./follow-links.ts";
import { requireNoDevice } from "./require-no-device.ts";

export interface NewFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

/**
 * Replaces a file as a whole, so that nobody reads half of it. A symbolic link stays one: what it leads to is replaced.
 * `mode` is that of the new file, whatever this process's mask.
 * @throws DeviceError, or the system's error
 */
export async function replaceFile(path: string, content: string, mode = 0o600): Promise<void> {
  await replaceFiles([{ path, content, mode }]);
}

/** The same with several: when one of them cannot be written, all stay as they are. */
export async function replaceFiles(files: readonly NewFile[]): Promise<void> {
  const drafts: { readonly draft: string; readonly target: string }[] = [];
  try {
    for (const { path, content, mode } of files) {
      const target = await followLinks(path);
      await requireNoDevice(target);
      const draft = `${target}.${randomBytes(6).toString("hex")}`;
      drafts.push({ draft, target });
      // Nobody else may open it before it has its mode.
      await writeFile(draft, content, { mode: mode & 0o700, flag: "wx" });
      await chmod(draft, mode);
    }
    for (const { draft, target } of drafts) await rename(draft, target);
  } finally {
    for (const { draft } of drafts) await rm(draft, { force: true });
  }
}
