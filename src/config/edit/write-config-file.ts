import { randomBytes } from "node:crypto";
import { fsync } from "node:fs";
import { chown, copyFile, lstat, mkdir, readFile, readlink, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

import { openFile } from "../../lib/open-file.ts";

export interface ConfigFileChange {
  readonly path: string;
  /** Undefined when there is no file yet. */
  readonly before: string | undefined;
  readonly after: string;
  /** Whether it holds a secret: then only its owner may read it. */
  readonly isSecret: boolean;
}

/** Undefined when there is none. @throws the system's error for one that cannot be read */
export async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: unknown) => {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  });
}

/**
 * Writes a config file at once or not at all, through symbolic links, with the mode and the owner that it had. What was there is
 * kept beside it; resolves with the path of that copy.
 * @throws Error when it is no longer as it was, or the system's error
 */
export async function writeConfigFile(change: ConfigFileChange, now: Date): Promise<string | undefined> {
  const { path, before, after, isSecret } = change;
  const target = await followLinks(path);
  await mkdir(dirname(target), { recursive: true });
  const stats = before === undefined ? undefined : await stat(target);
  const mode = stats ? stats.mode & (isSecret ? 0o700 : 0o7777) : isSecret ? 0o600 : 0o666;
  const draft = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}`);
  try {
    // Closed before it is renamed: Windows renames no open file.
    {
      await using handle = await openFile(draft, "wx", mode);
      await handle.writeFile(after);
      // The mask of this process does not apply to what was there before.
      if (stats) await handle.chmod(mode);
      await syncFile(handle.fd);
    }
    if (stats && process.getuid?.() === 0) await chown(draft, stats.uid, stats.gid);
    if ((await readIfThere(target)) !== before) throw new Error("it has been changed meanwhile");
    const copy = before === undefined ? undefined : await keepCopy(path, now);
    await rename(draft, target);
    return copy;
  } finally {
    await rm(draft, { force: true });
  }
}

/** By descriptor: under Yarn's Plug'n'Play, file handles have no `sync`. */
const syncFile = promisify(fsync);

/** The mode is copied with the content. */
async function keepCopy(path: string, now: Date): Promise<string> {
  const time = now.toISOString().replaceAll(/[:.]/g, "-");
  const copy = `${path}.backup-${time}`;
  await copyFile(path, copy);
  return copy;
}

const MOST_LINKS = 40;

/** Where the file is, or will be when the last link leads to nothing. */
async function followLinks(path: string): Promise<string> {
  let found = path;
  for (let links = 0; links < MOST_LINKS; links += 1) {
    const stats = await lstat(found).catch(() => undefined);
    if (!stats?.isSymbolicLink()) return found;
    found = resolve(dirname(found), await readlink(found));
  }
  throw new Error("its symbolic links lead in a circle");
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
