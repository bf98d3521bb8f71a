import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { isRecord } from "../../../lib/is-record.ts";

/** What else the operator allows Claude Code, in Claude Code's own settings files. */
export interface OperatorRules {
  readonly allow: readonly string[];
  readonly directories: readonly string[];
}

/** Absolute paths of the settings files that count: the person's own, and those of a folder that is trusted. */
export function settingsFiles(
  sources: readonly ("user" | "project" | "local")[],
  workspace: string,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const { CLAUDE_CONFIG_DIR, HOME = "/" } = environment;
  const files = {
    user: join(CLAUDE_CONFIG_DIR ?? join(HOME, ".claude"), "settings.json"),
    project: join(workspace, ".claude", "settings.json"),
    local: join(workspace, ".claude", "settings.local.json"),
  };
  return sources.map((source) => files[source]);
}

/** A file that cannot be read counts as empty: Claude Code skips it as well. */
export async function readOperatorRules(files: readonly string[]): Promise<OperatorRules> {
  const found = await Promise.all(files.map(readPermissions));
  return {
    allow: found.flatMap(({ allow }) => textsIn(allow)),
    directories: found.flatMap(({ additionalDirectories }) => textsIn(additionalDirectories)),
  };
}

async function readPermissions(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const settings: unknown = JSON.parse(await readFile(file, "utf8"));
    const permissions = isRecord(settings) ? settings["permissions"] : undefined;
    return isRecord(permissions) ? permissions : {};
  } catch {
    return {};
  }
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
