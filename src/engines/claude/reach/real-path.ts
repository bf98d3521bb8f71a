import { lstat, readlink, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";

/** Links that lead in a circle lead nowhere. */
const MAX_LINKS = 40;

/**
 * Where a path really leads: its longest part that is there by its real name, then the rest. A link to what is not there leads to
 * where that would be.
 */
export async function realPath(path: string, links = 0): Promise<string> {
  const found = await realpath(path).catch(() => undefined);
  if (found !== undefined) return found;
  const parent = dirname(path);
  if (parent === path) return path;
  const here = join(await realPath(parent, links), basename(path));
  if (links >= MAX_LINKS) return here;
  const target = await readlink(here).catch(() => undefined);
  return target === undefined ? here : realPath(resolve(dirname(here), target), links + 1);
}

/**
 * Both that a path may mean: with `a/..` struck out, as many programs do first, and as the system goes it, where `..` is the folder
 * above what a link leads to.
 */
export function readingsOf(path: string, base: string): readonly string[] {
  return [resolve(base, path), isAbsolute(path) ? path : `${base}/${path}`];
}

/** Whether anything has that name, be it a link to nowhere. */
export function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
