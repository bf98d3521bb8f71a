import { constants } from "node:fs";
import { type FileHandle, mkdir, open, realpath } from "node:fs/promises";

import { toSystemPath } from "./file-name.ts";
import { isCode } from "../../lib/error-code.ts";

/** On Linux, a path relative to an open folder stays valid wherever the folder is moved and whatever takes its place. */
const OPEN_FOLDERS = process.platform === "linux" ? "/proc/self/fd" : undefined;

/** A file's parent folder, held open so that nobody can replace it with a link to another folder. */
export class HeldFolder implements AsyncDisposable {
  readonly #handle: FileHandle;
  readonly #path: Buffer;

  private constructor(handle: FileHandle, path: Buffer) {
    this.#handle = handle;
    this.#path = path;
  }

  /**
   * The parent folder of `path`, or undefined if there is none inside `folder`: it is missing, it is not a folder, or a link
   * leads elsewhere.
   * @param folder absolute real path
   */
  static async openParent(folder: string, path: string): Promise<HeldFolder | undefined> {
    if (!isPlainPath(path)) return undefined;
    const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    const expected = Buffer.from(parent === "" ? folder : toSystemPath(folder, parent));
    const handle = await openFolder(expected);
    if (!handle) return undefined;
    const held = new HeldFolder(handle, expected);
    if (await held.#isAtItsPlace()) return held;
    await handle.close();
    return undefined;
  }

  /** Like `openParent`, but first creates the missing folders. */
  static async makeParent(folder: string, path: string): Promise<HeldFolder | undefined> {
    const held = await HeldFolder.openParent(folder, path);
    const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    if (held || parent === "" || !isPlainPath(path)) return held;
    await using above = await HeldFolder.makeParent(folder, parent);
    if (!above) return undefined;
    try {
      await mkdir(above.pathOf(parent));
    } catch (error) {
      if (!isCode(error, "EEXIST")) throw error;
    }
    return HeldFolder.openParent(folder, path);
  }

  /** The path to use for opening, reading or changing the file. */
  pathOf(path: string): string | Buffer {
    const name = path.slice(path.lastIndexOf("/") + 1);
    // Only Linux can address a path relative to an open folder; elsewhere we use the path that has just been checked.
    if (OPEN_FOLDERS) return toSystemPath(`${OPEN_FOLDERS}/${this.#handle.fd}`, name);
    return Buffer.concat([this.#path, Buffer.from("/"), Buffer.from(toSystemPath("", name)).subarray(1)]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }

  async #isAtItsPlace(): Promise<boolean> {
    const path = OPEN_FOLDERS ? `${OPEN_FOLDERS}/${this.#handle.fd}` : this.#path;
    return (await realpath(path, "buffer")).equals(this.#path);
  }
}

async function openFolder(path: Buffer): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    if (isCode(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  }
}

function isPlainPath(path: string): boolean {
  return (
    path !== "" && !path.includes("\0") && path.split("/").every((part) => !["", ".", ".."].includes(part))
  );
}
