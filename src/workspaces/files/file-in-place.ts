import { constants } from "node:fs";
import { lstat, readlink } from "node:fs/promises";

import { openFile } from "../../lib/open-file.ts";
import { isSymlink } from "./file-stats.ts";
import { isCode } from "../../lib/error-code.ts";
import { HeldFolder } from "./held-folder.ts";

/** What is at a path inside a folder now. */
export type InPlace =
  | { readonly type: "nothing" }
  | { readonly type: "folder" }
  | { readonly type: "file" | "symlink"; readonly bytes: Uint8Array; readonly mode: number }
  /** A path that leads out of the folder, a pipe, a device, or a file that is too large. */
  | { readonly type: "unknown" };

/** @param maxBytes a larger file is reported as `unknown` */
export async function readInPlace(folder: string, path: string, maxBytes: number): Promise<InPlace> {
  await using parent = await HeldFolder.openParent(folder, path);
  if (!parent) return { type: (await isMissing(folder, path)) ? "nothing" : "unknown" };
  try {
    return await read(parent.pathOf(path), maxBytes);
  } catch (error) {
    if (isCode(error, "ENOENT")) return { type: "nothing" };
    if (isCode(error, "ELOOP", "EACCES", "EPERM", "EINVAL")) return { type: "unknown" };
    throw error;
  }
}

async function read(path: string | Buffer, maxBytes: number): Promise<InPlace> {
  const { mode } = await lstat(path);
  if (isSymlink(mode)) return { type: "symlink", bytes: await readlink(path, "buffer"), mode };
  await using file = await openFile(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const stat = await file.stat();
  if (stat.isDirectory()) return { type: "folder" };
  if (!stat.isFile() || stat.size > maxBytes) return { type: "unknown" };
  return { type: "file", bytes: await file.readFile(), mode: stat.mode };
}

/**
 * Whether the path is missing, as opposed to leading out of the folder: every part of it that exists is a real folder inside.
 */
async function isMissing(folder: string, path: string): Promise<boolean> {
  const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  if (parent === "") return false;
  await using above = await HeldFolder.openParent(folder, parent);
  if (!above) return isMissing(folder, parent);
  try {
    await lstat(above.pathOf(parent));
    return false;
  } catch (error) {
    return isCode(error, "ENOENT");
  }
}
