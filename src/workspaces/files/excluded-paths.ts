import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** Tells whether a path, relative to a workspace, is never looked at. */
export type IsExcluded = (path: string) => boolean;

/**
 * What belongs to the server or to Claude Code itself and may lie inside of a workspace, such as a home folder: it changes in
 * every turn, and is nothing that a turn works on.
 */
export class ExcludedPaths {
  readonly #paths: readonly string[];

  /** @param paths absolute, of files and folders; what ends in `*` are all names that begin so */
  constructor(paths: readonly string[]) {
    this.#paths = paths.map((path) => resolve(path));
  }

  /**
   * Those in the folder, relative to it. Where the folder is itself one of them, or below one, it is looked at all the same:
   * conversations have folders of their own in the data folder.
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

/** It may not be there yet, and may be a link by then: so it is looked up each time. */
function realPathOf(path: string): string {
  try {
    return path.endsWith("*") ? join(realpathSync(dirname(path)), basename(path)) : realpathSync(path);
  } catch {
    return path;
  }
}
