import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { standsInOrder } from "./stands-in-order.ts";

/** More entries than this are not examined before a command runs. */
const MAX_ENTRIES = 20_000;

/**
 * All paths that a shell may put in place of a pattern, and perhaps some more, some of which do not exist. Relative paths have
 * the form that the shell gives them. Undefined when there are too many to tell.
 */
export async function expandGlob(pattern: string, base: string): Promise<readonly string[] | undefined> {
  let seen = 0;
  const absolute = (path: string) => (path.startsWith("/") ? path : join(base, path));
  const list = async (folder: string) => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    seen += entries.length;
    if (seen > MAX_ENTRIES) throw new TooMany();
    return entries;
  };
  const foldersBelow = async (path: string): Promise<string[]> => {
    const folders = (await list(absolute(path))).filter((entry) => entry.isDirectory());
    const below = await Promise.all(folders.map(({ name }) => foldersBelow(`${path}${name}/`)));
    return [path, ...below.flat()];
  };
  const [first = "", ...rest] = pattern.split("/");
  let paths = pattern.startsWith("/") ? ["/"] : [""];
  const segments = pattern.startsWith("/") ? rest : [first, ...rest];
  try {
    for (const [index, segment] of segments.entries()) {
      const isLast = index === segments.length - 1;
      const slash = isLast ? "" : "/";
      if (segment === "") continue;
      if (!/[*?[]/.test(segment)) {
        paths = paths.map((path) => `${path}${segment}${slash}`);
        continue;
      }
      // Some shells search all folders for it.
      if (segment.includes("**")) paths = (await Promise.all(paths.map(foldersBelow))).flat();
      const found: string[][] = [];
      for (const path of paths) {
        const names = (await list(absolute(path))).map(({ name }) => name);
        const dots = segment.startsWith(".") ? [".", ".."] : [];
        found.push(
          [...dots, ...names]
            .filter((name) => matches(name, segment))
            .map((name) => `${path}${name}${slash}`),
        );
      }
      paths = found.flat();
    }
    return paths;
  } catch (error) {
    if (error instanceof TooMany) return undefined;
    throw error;
  }
}

class TooMany extends Error {}

/**
 * Whether the segment matches the name, in time that grows with the name's length. A segment with a set of characters matches
 * anything.
 */
function matches(name: string, segment: string): boolean {
  if (segment.includes("[")) return true;
  return standsInOrder(name, segment.split(/\*+/), (piece, at) => isPieceAt(name, piece, at));
}

function isPieceAt(name: string, piece: string, at: number): boolean {
  return (
    at + piece.length <= name.length &&
    Array.from({ length: piece.length }, (_, index) => index).every(
      (index) => piece[index] === "?" || piece[index] === name[at + index],
    )
  );
}
