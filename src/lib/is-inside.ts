import { sep } from "node:path";

/** Whether a path is `root` or lies inside it. Both are absolute real paths; `/workshop` is not inside `/work`. */
export function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}
