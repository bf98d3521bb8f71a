import { randomBytes } from "node:crypto";
import { fsync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { openFile } from "../../lib/open-file.ts";
import { sha256 } from "../../lib/sha256.ts";
import { delay } from "../../lib/time.ts";
import { ConfigError } from "../config-error.ts";
import { prepareDataFolder } from "./prepare-data-folder.ts";
import { apiKey } from "../schema/setting-formats.ts";
import { codeOf } from "../../lib/error-code.ts";

/**
 * The keys that the first start creates: one to use the server, one to answer approvals, and for a channel the one that hooks of
 * Claude Code send.
 */
export type KeyName = "api-key" | "approver-key" | "hook-secret";

export interface KeyFile {
  readonly file: string;
  /** Hash of the key, in hexadecimal. */
  readonly sha256: string;
  /** Absent for an approver key that an earlier start created. */
  readonly key?: string;
  /** True for the start that created it: the only time it is shown in full. */
  readonly isNew: boolean;
  /** Others could read the file. They no longer can, but they may know the key. */
  readonly wasTooOpen: boolean;
}

interface Kind {
  readonly prefix: string;
  readonly noun: string;
  /**
   * Only a hash is kept, so that reading the file does not allow approving: Claude Code runs as the same user, and its clients
   * may see what it reads.
   */
  readonly isHashed: boolean;
}

const KINDS: Readonly<Record<KeyName, Kind>> = {
  "api-key": { prefix: "tp", noun: "API key", isHashed: false },
  "hook-secret": { prefix: "tp-hook", noun: "hook secret", isHashed: false },
  "approver-key": { prefix: "tp-approver", noun: "approver key", isHashed: true },
};

/**
 * Opens a key of this data folder. The first start creates it, readable by this user only; two simultaneous starts agree on one
 * key.
 * @throws ConfigError when the file cannot be created, read or closed to others.
 */
export async function openKeyFile(dataDir: string, name: KeyName): Promise<KeyFile> {
  const kind = KINDS[name];
  const { noun } = kind;
  const file = join(dataDir, name);
  await prepareDataFolder(dataDir);
  try {
    const created = await createKey(file, kind);
    if (created !== undefined) {
      return { key: created, sha256: sha256(created), file, isNew: true, wasTooOpen: false };
    }
    return { ...(await readKey(file, kind)), file, isNew: false };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const code = codeOf(error) ?? "unknown error";
    const message = `The ${noun} file ${file} cannot be used (${code}). Give it to this user with mode 0600, or delete it for a new key.`;
    throw new ConfigError([message], { cause: error });
  }
}

/** By descriptor: under Yarn's Plug'n'Play, file handles have no `sync`. */
const syncFile = promisify(fsync);

/** Undefined when the file already exists; `wx` makes that decision atomic. */
async function createKey(file: string, { prefix, isHashed }: Kind): Promise<string | undefined> {
  const handle = await openFile(file, "wx", 0o600).catch((error: unknown) => {
    if (codeOf(error) === "EEXIST") return undefined;
    throw error;
  });
  if (!handle) return undefined;
  await using opened = handle;
  const key = `${prefix}-${randomBytes(32).toString("base64url")}`;
  await opened.writeFile(`${isHashed ? `${HASH_MARK}${sha256(key)}` : key}\n`);
  await syncFile(opened.fd);
  return key;
}

const HASH_MARK = "sha256:";
const HASH = /^sha256:([0-9a-f]{64})$/;

const READ_ATTEMPTS = 20;
const READ_PAUSE_MS = 25;

async function readKey(
  file: string,
  { noun, isHashed }: Kind,
): Promise<Pick<KeyFile, "key" | "sha256" | "wasTooOpen">> {
  await using handle = await openFile(file, "r");
  const wasTooOpen = await closeToOthers(handle);
  // Another start may have just created the file without having written it yet.
  for (let attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
    const text = await readFromStart(handle);
    const found = findKey(text, isHashed);
    if (found) return { ...found, wasTooOpen };
    if (text !== "") break;
    await delay(READ_PAUSE_MS);
  }
  throw new ConfigError([
    `The ${noun} file ${file} holds no ${isHashed ? "key's hash" : "key"}. Delete it, and the next start makes a new one.`,
  ]);
}

/** Whether a start can use what stands in the file. */
export function holdsKey(name: KeyName, text: string): boolean {
  return findKey(text, KINDS[name].isHashed) !== undefined;
}

function findKey(text: string, isHashed: boolean): Pick<KeyFile, "key" | "sha256"> | undefined {
  if (isHashed) {
    const hash = HASH.exec(text.trim())?.[1];
    return hash === undefined ? undefined : { sha256: hash };
  }
  const key = apiKey(text.trim());
  return key === undefined ? undefined : { key, sha256: sha256(key) };
}

const LONGEST_KEY_BYTES = 4096;

async function readFromStart(handle: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(LONGEST_KEY_BYTES), 0, LONGEST_KEY_BYTES, 0);
  return buffer.toString("utf8", 0, bytesRead);
}

/** Windows uses access lists, inherited from the user's folder; mode bits mean nothing there. */
async function closeToOthers(handle: FileHandle): Promise<boolean> {
  if (process.platform === "win32") return false;
  const { mode } = await handle.stat();
  const isTooOpen = (mode & 0o077) !== 0;
  if (isTooOpen) await handle.chmod(0o600);
  return isTooOpen;
}
