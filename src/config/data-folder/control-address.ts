import { lstatSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";

import { sha256 } from "../../lib/sha256.ts";
import type { Environment } from "../sources/process-environment.ts";
import { ensureFolderSync } from "../../lib/ensure-folder.ts";

/** An address of a socket holds 104 bytes on macOS and 108 on Linux, its closing zero included. */
const LONGEST_BYTES = 103;

/** In the data folder: the socket over which the command line reaches its server, or a link to it. */
export function controlFile(dataDir: string): string {
  return join(dataDir, "control.sock");
}

/** On Windows: the named pipe in place of the socket. */
export function controlPipe(dataDir: string): string {
  return `\\\\.\\pipe\\turnpike-${nameOf(dataDir)}`;
}

/**
 * Where the command line finds the server of this data folder, whether it runs or not. Undefined when a link leads to a folder
 * that is not this user's alone: since the server made it below a place such as /tmp, somebody else can have put theirs there.
 */
export function findControlAddress(dataDir: string): string | undefined {
  if (process.platform === "win32") return controlPipe(dataDir);
  const file = controlFile(dataDir);
  let address: string;
  try {
    address = readlinkSync(file);
  } catch {
    return file;
  }
  return isOwnFolder(dirname(address)) ? address : undefined;
}

/** Whether a socket can have this path as its address. */
export function fitsAddress(path: string): boolean {
  return Buffer.byteLength(path) <= LONGEST_BYTES;
}

/**
 * Where the socket lies when the data folder cannot hold it: in a folder of this user's own below the one for running programs
 * or the temporary one. There may be several; the first that works is taken, and `controlFile` links to it.
 */
export function otherControlAddresses(dataDir: string, environment: Environment): readonly string[] {
  return controlFolders(environment)
    .map((folder) => join(folder, `${nameOf(dataDir)}.sock`))
    .filter(fitsAddress);
}

/** The folders of `otherControlAddresses`. */
export function controlFolders(environment: Environment): readonly string[] {
  if (process.platform === "win32") return [];
  const runtime = environment["XDG_RUNTIME_DIR"] ?? "";
  const own = `turnpike-${process.getuid?.() ?? 0}`;
  return [
    ...new Set([
      ...(isAbsolute(runtime) ? [join(runtime, own)] : []),
      join(tmpdir(), own),
      join("/tmp", own),
    ]),
  ];
}

/**
 * Makes a folder of this user's own in a place where others may write.
 * @throws when somebody else has it, or may look into it
 */
export function makeOwnFolder(folder: string): void {
  ensureFolderSync(folder, 0o700);
  if (!isOwnFolder(folder)) throw new Error(`The folder ${folder} is not this user's alone.`);
}

/** Whether it is a folder, and no link to one, that only this user may look into. */
function isOwnFolder(folder: string): boolean {
  try {
    const { uid, mode } = lstatSync(folder);
    return uid === process.getuid?.() && (mode & 0o170077) === 0o040000;
  } catch {
    return false;
  }
}

function nameOf(dataDir: string): string {
  return sha256(resolve(dataDir)).slice(0, 16);
}
