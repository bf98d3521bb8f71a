import { lstatSync } from "node:fs";
import { dirname, join } from "node:path";

/** Where a folder keeps what Claude Code would run by itself. */
const NAMES = [".claude", ".mcp.json"];

/** The files and folders of settings that a folder has itself, by name. */
export function findFolderSettings(folder: string): readonly string[] {
  return NAMES.filter((name) => isThere(join(folder, name)));
}

/** The folders above, the nearest first. Claude Code looks into them too. */
export function foldersAbove(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [] : [above, ...foldersAbove(above)];
}

/** Also a link that leads nowhere: it may lead somewhere later. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // A folder that this user may not look into, nor may Claude Code.
    return false;
  }
}
