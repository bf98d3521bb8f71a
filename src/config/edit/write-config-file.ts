import { randomBytes } from "node:crypto";
import { fsync, type Stats } from "node:fs";
import { readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

import { followLinks } from "../../lib/follow-links.ts";
import { openFile } from "../../lib/open-file.ts";
import { ConfigTextError } from "./config-text-error.ts";
import { ensureFolder } from "../../lib/ensure-folder.ts";
import { requireNoDevice } from "../../lib/require-no-device.ts";
import { codeOf } from "../../lib/error-code.ts";

export interface ConfigFileChange {
  readonly path: string;
  /** Undefined when there is no file yet. */
  readonly before: string | undefined;
  readonly after: string;
  /** Whether it holds a secret: then only its owner may read it. */
  readonly isSecret: boolean;
}

/**
 * Undefined when there is none.
 * @throws the system's error for one that cannot be read, ConfigTextError for a device or a pipe, and for what is not UTF-8: what a
 * bare decoder makes of such bytes could not be written back
 */
export async function readIfThere(path: string): Promise<string | undefined> {
  await requireNoDevice(path).catch((cause: Error) => {
    throw new ConfigTextError(cause.message, { cause });
  });
  const bytes = await readFile(path).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  });
  try {
    return bytes && new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new ConfigTextError("it is not in UTF-8", { cause: error });
  }
}

/**
 * Writes a config file at once or not at all, through symbolic links, with the mode and the owner that it had. What was there is
 * kept beside it when it changes, as closed to others as the file is now; resolves with the path of that copy.
 * @throws Error when it is no longer as it was, or the system's error
 */
export async function writeConfigFile(change: ConfigFileChange, now: Date): Promise<string | undefined> {
  const { path, before, after, isSecret } = change;
  const target = await followLinks(path);
  await requireNoDevice(target);
  await ensureFolder(dirname(target));
  const stats = before === undefined ? undefined : await stat(target);
  const mode = stats ? stats.mode & (isSecret ? 0o700 : 0o7777) : isSecret ? 0o600 : 0o666;
  const draft = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}`);
  try {
    await writeNew(draft, after, mode, stats);
    if ((await readIfThere(target)) !== before) throw new Error("it has been changed meanwhile");
    const copy = stats === undefined || before === after ? undefined : await keepCopy(path, mode, stats, now);
    await rename(draft, target);
    return copy;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Of the file that was there before. */
type Owner = Pick<Stats, "uid" | "gid">;

async function keepCopy(path: string, mode: number, owner: Owner, now: Date): Promise<string> {
  const time = now.toISOString().replaceAll(/[:.]/g, "-");
  const copy = `${path}.backup-${time}`;
  await writeNew(copy, await readFile(path), mode, owner);
  return copy;
}

/**
 * Is closed at the end, since Windows renames no open file.
 * @param before - the mask of this process does not apply to what was there before
 */
async function writeNew(
  path: string,
  content: string | Uint8Array,
  mode: number,
  before: Owner | undefined,
): Promise<void> {
  await using handle = await openFile(path, "wx", mode);
  await handle.writeFile(content);
  if (before) await handle.chmod(mode);
  if (before && process.getuid?.() === 0) await handle.chown(before.uid, before.gid);
  await syncFile(handle.fd);
}

/** By descriptor: under Yarn's Plug'n'Play, file handles have no `sync`. */
const syncFile = promisify(fsync);
