import { lstat, readlink, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";

/** Links that form a circle lead nowhere. */
const MAX_LINKS = 40;

/**
 * Where a path really leads: the real name of its longest part that exists, then the rest. A link to something missing leads to
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
 * The two meanings that a path may have: with `a/..` removed, as many programs do first, and as the system follows it, where `..`
 * is the folder above the target of a link.
 */
export function readingsOf(path: string, base: string): readonly string[] {
  return [resolve(base, path), isAbsolute(path) ? path : `${base}/${path}`];
}

/**
 * Where an absolute path leads as the system goes it, `..` after the links before it. What is missing counts as a folder that is
 * still to be made.
 */
export async function followPath(path: string): Promise<string> {
  let at = "/";
  for (const name of path.split("/")) {
    if (name === "..") at = dirname(at);
    else if (name !== "" && name !== ".") at = await realPath(join(at, name));
  }
  return at;
}

/** Whether anything has that name, even a link that leads nowhere. */
export function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
