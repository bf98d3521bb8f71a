import { readdir, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";

/** Git's data has more entries only where very many branches are not packed. */
const MAX_ENTRIES = 20_000;
const MAX_ALTERNATES = 10;
/** Loose objects: many, and each known by nothing but its content. */
const LOOSE = /^[\da-f]{2}$/;

/**
 * What else git would read because of what is in its data: the targets of links, and the objects of other repositories. Undefined
 * where there is too much to look at.
 */
export async function strayPaths(gitFolder: string): Promise<readonly string[] | undefined> {
  const found: string[] = [];
  const waiting = [gitFolder];
  let seen = 0;
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const entries = await readdir(at, { withFileTypes: true }).catch(() => []);
    seen += entries.length;
    if (seen > MAX_ENTRIES) return undefined;
    for (const entry of entries) {
      const path = join(at, entry.name);
      if (entry.isSymbolicLink()) found.push(path);
      else if (entry.isDirectory() && !(basename(at) === "objects" && LOOSE.test(entry.name)))
        waiting.push(path);
    }
  }
  const alternates = await alternatesOf(join(gitFolder, "objects"));
  return alternates && [...found, ...alternates];
}

/** Folders of objects that a repository borrows from, and those that they borrow from. */
async function alternatesOf(objects: string): Promise<readonly string[] | undefined> {
  const found = new Set([objects]);
  for (const folder of found) {
    const file = join(folder, "info", "alternates");
    const lines = (await readFile(file, "utf8").catch(() => "")).split("\n");
    for (const line of lines.filter((one) => one !== "" && !one.startsWith("#"))) {
      // Git takes a name in quotes as in C.
      if (line.startsWith('"') || found.size > MAX_ALTERNATES) return undefined;
      found.add(resolve(folder, line));
    }
  }
  found.delete(objects);
  return [...found];
}
