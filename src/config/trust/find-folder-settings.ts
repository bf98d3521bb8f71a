import { lstatSync } from "node:fs";
import { dirname, join } from "node:path";

/** Names under which a folder keeps settings that make Claude Code run programs without asking. */
const NAMES = [".claude", ".mcp.json"];

/** The settings files and folders that are directly in a folder, by name. */
export function findFolderSettings(folder: string): readonly string[] {
  return NAMES.filter((name) => isThere(join(folder, name)));
}

/** The parent folders, nearest first. Claude Code reads their settings too. */
export function foldersAbove(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [] : [above, ...foldersAbove(above)];
}

/** Includes dangling links: they may lead somewhere later. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // This user may not look into the folder, so Claude Code may not either.
    return false;
  }
}
