import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * Where Claude Code keeps its own files: settings, histories, shell snapshots. A trailing `*` stands for any rest of a name:
 * next to its settings it keeps locks and backups of them.
 */
export function claudePaths(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const folder = environment["CLAUDE_CONFIG_DIR"];
  if (folder !== undefined && isAbsolute(folder)) return [folder];
  const home = environment["HOME"] ?? homedir();
  return [join(home, ".claude"), join(home, ".claude.json*")];
}
