import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** Tells whether a path, relative to the workspace, is never examined. */
export type IsExcluded = (path: string) => boolean;

/**
 * Paths that belong to the server or to Claude Code itself and may lie inside a workspace, such as a home folder: they change
 * in every turn, and no turn works on them.
 */
export class ExcludedPaths {
  readonly #paths: readonly string[];

  /** @param paths absolute paths of files and folders; a trailing `*` matches every name that begins with the text before it */
  constructor(paths: readonly string[]) {
    this.#paths = paths.map((path) => resolve(path));
  }

  /**
   * The excluded paths inside the folder, relative to it. A folder that is itself excluded, or lies in an excluded one, is
   * examined all the same: conversations have their own folders in the data folder.
   */
  in(folder: string): readonly string[] {
    if (this.#paths.length === 0) return [];
    const prefix = folder.endsWith("/") ? folder : `${folder}/`;
    const inside = this.#paths
      .flatMap((path) => [path, realPathOf(path)])
      .flatMap((path) => (path.startsWith(prefix) && path !== prefix ? path.slice(prefix.length) : []));
    return [...new Set(inside)];
  }
}

/** @param excluded paths relative to the workspace */
export function exclusionOf(excluded: readonly string[]): IsExcluded {
  if (excluded.length === 0) return () => false;
  const beginnings = excluded.filter((path) => path.endsWith("*")).map((path) => path.slice(0, -1));
  const names = excluded.filter((path) => !path.endsWith("*"));
  return (path) =>
    names.some((name) => path === name || path.startsWith(`${name}/`)) ||
    beginnings.some((beginning) => path.startsWith(beginning));
}

/** Resolved on every call: the path may not exist yet, and may be a link by the time it does. */
function realPathOf(path: string): string {
  try {
    return path.endsWith("*") ? join(realpathSync(dirname(path)), basename(path)) : realpathSync(path);
  } catch {
    return path;
  }
}
