import { lstat, readlink } from "node:fs/promises";
import { dirname, resolve } from "node:path";

const MOST_LINKS = 40;

/**
 * Where a file is, or will be when the last link leads to nothing: people keep settings in another folder and link to them.
 * @throws Error when its links lead in a circle
 */
export async function followLinks(path: string): Promise<string> {
  let found = path;
  for (let links = 0; links < MOST_LINKS; links += 1) {
    const stats = await lstat(found).catch(() => undefined);
    if (!stats?.isSymbolicLink()) return found;
    found = resolve(dirname(found), await readlink(found));
  }
  throw new Error("its symbolic links lead in a circle");
}
