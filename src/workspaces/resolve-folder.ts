import { constants } from "node:fs";
import { access, lstat, realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

import { AppError } from "../core/words/app-error.ts";
import { isInside } from "../lib/is-inside.ts";

const MAX_PATH_LENGTH = 4096;

/**
 * The real path of a folder that a request names. The result contains no links, so a link put in its place later does not go
 * unnoticed (see `requireSameFolder`).
 * @throws AppError `forbidden` for every path outside, whether or not it exists; `invalid-request` for a path inside that is
 * missing
 */
export async function resolveFolder(
  path: string,
  given: { readonly workspace: string; readonly allowedFolders: readonly string[]; readonly param: string },
): Promise<string> {
  const { workspace, allowedFolders, param } = given;
  checkText(path, param);
  const isAllowed = (real: string) => [workspace, ...allowedFolders].some((root) => isInside(real, root));
  const absolute = resolve(workspace, path);
  const real = await findRealPath(absolute);
  if (real === undefined) {
    const ancestor = await nearestRealPath(absolute);
    if (ancestor === undefined || !isAllowed(ancestor)) throw isOutside(param);
    throw invalid(param, "There is no such folder.");
  }
  // Compared as written: on a case-insensitive file system, another spelling of an allowed folder is refused.
  if (!isAllowed(real)) throw isOutside(param);
  if (!(await isUsableFolder(real))) throw invalid(param, "It is not a folder that the server can read.");
  return real;
}

function checkText(path: string, param: string): void {
  if (path === "") throw invalid(param, "The path is empty.");
  if (path.includes("\0")) throw invalid(param, "The path holds a NUL character.");
  if (path.length > MAX_PATH_LENGTH) throw invalid(param, "The path is too long.");
  // Shells expand `~`, the file system does not; treating it as a plain name would surprise.
  if (path.startsWith("~")) throw invalid(param, "`~` is not expanded: write the path in full.");
}

/** Undefined when nothing exists at the path or it cannot be reached. */
async function findRealPath(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch {
    return undefined;
  }
}

/** The real path of the nearest existing ancestor. Undefined behind a dangling link: it may lead anywhere tomorrow. */
async function nearestRealPath(path: string): Promise<string | undefined> {
  for (let current = path; ; current = dirname(current)) {
    const real = await findRealPath(current);
    if (real !== undefined) return real;
    if ((await isLink(current)) || current === dirname(current)) return undefined;
  }
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch {
    return false;
  }
}

async function isUsableFolder(real: string): Promise<boolean> {
  try {
    await access(real, constants.R_OK | constants.X_OK);
    return (await stat(real)).isDirectory();
  } catch {
    return false;
  }
}

/** The same message whether or not the path exists: requests do not learn what exists elsewhere. */
function isOutside(param: string): AppError {
  return new AppError({
    kind: "forbidden",
    message: `The folder in '${param}' lies outside of those that requests may name (setting requests.folders).`,
    param,
  });
}

function invalid(param: string, what: string): AppError {
  return new AppError({ kind: "invalid-request", message: `Invalid folder in '${param}'. ${what}`, param });
}
