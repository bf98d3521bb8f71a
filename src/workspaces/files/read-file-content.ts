import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
} from "node:fs";

import { toSystemPath } from "./file-name.ts";
import { type FileStat, isSameStat, isSymlink, toFileStat } from "./file-stats.ts";

const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * A file's bytes, or a link's target. Undefined when the file is not (or no longer) as `expected`, cannot be read, or changed
 * while it was read.
 */
export function readFileContent(folder: string, path: string, expected: FileStat): Uint8Array | undefined {
  const systemPath = toSystemPath(folder, path);
  try {
    if (!isSymlink(expected.mode)) return readRegularFile(systemPath, expected);
    const target = readlinkSync(systemPath, "buffer");
    return isSameStat(toFileStat(lstatSync(systemPath)), expected) ? target : undefined;
  } catch {
    return undefined;
  }
}

/** Like `readFileContent`, but undefined if a folder on the way has become a link. */
export function readContentInside(folder: string, path: string, expected: FileStat): Uint8Array | undefined {
  const bytes = readFileContent(folder, path, expected);
  return bytes && isReachedWithoutLinks(folder, path) ? bytes : undefined;
}

/** Whether every folder on the way to the path is a real folder, not a link. */
function isReachedWithoutLinks(folder: string, path: string): boolean {
  const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  const expected = Buffer.from(parent === "" ? folder : toSystemPath(folder, parent));
  try {
    return realpathSync(expected, "buffer").equals(expected);
  } catch {
    return false;
  }
}

function readRegularFile(path: string | Buffer, expected: FileStat): Uint8Array | undefined {
  const file = openSync(path, FLAGS);
  try {
    if (!isSameStat(toFileStat(fstatSync(file)), expected)) return undefined;
    const bytes = new Uint8Array(expected.size);
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(file, bytes, length, bytes.length - length, null);
      if (count === 0) return undefined;
      length += count;
    }
    return isSameStat(toFileStat(fstatSync(file)), expected) ? bytes : undefined;
  } finally {
    closeSync(file);
  }
}
