import { homedir } from "node:os";

import type { Config } from "../config.ts";
import { findFolder } from "../build/resolve-folder.ts";
import { findFolderSettings, foldersAbove } from "./find-folder-settings.ts";
import { TrustedFolders } from "./trusted-folders.ts";

/** A folder whose settings a profile would use if it were trusted. */
export interface UntrustedFolder {
  /** Absolute real path: a profile's workspace, or a folder above it, whose settings Claude Code reads too. */
  readonly folder: string;
  /** The settings it contains, by name, such as `.mcp.json`. */
  readonly settings: readonly string[];
  /** Whether the operator was asked and declined. */
  readonly isDeclined: boolean;
}

/**
 * The folders with settings that profiles would use but that are ignored for lack of trust. Without settings there is nothing
 * to trust.
 */
export function findUntrusted(config: Config, homeDir: string = homedir()): readonly UntrustedFolder[] {
  const trust = new TrustedFolders({ config, homeDir, onUnreadable: () => {} });
  const home = findFolder(homeDir) ?? homeDir;
  const found = new Map<string, UntrustedFolder>();
  for (const { settingSources, workspace } of Object.values(config.profiles)) {
    if (settingSources.every((source) => source === "user") || trust.isTrusted(workspace)) continue;
    // The outermost folder with settings: trusting it covers those inside.
    for (const folder of foldersAbove(workspace).toReversed().concat(workspace)) {
      const settings = findFolderSettings(folder).filter(() => folder !== home);
      if (settings.length === 0) continue;
      found.set(folder, { folder, settings, isDeclined: trust.isDeclined(folder) });
      break;
    }
  }
  return [...found.values()];
}
