import { sep } from "node:path";

/** Whether a path is `root` or lies in it. Both absolute real paths; `/workshop` is not inside of `/work`. */
export function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}
