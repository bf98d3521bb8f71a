import { isAbsolute, relative } from "node:path";

/** Whether a path is this folder or lies in it; both absolute, links not followed. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !/^\.\.[/\\]/.test(way) && !isAbsolute(way);
}
