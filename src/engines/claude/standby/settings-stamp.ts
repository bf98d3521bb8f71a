import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import type { ProcessKind } from "../../../core/turn/process-kind.ts";

/**
 * When the files were last changed from which such a process takes settings as it starts, as one text. A process that has waited
 * knows them only as they were.
 */
export async function settingsStamp(
  { settingSources }: ProcessKind,
  workspace: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  if (settingSources.length === 0) return "";
  const own = environment["CLAUDE_CONFIG_DIR"] ?? join(environment["HOME"] ?? homedir(), ".claude");
  const paths = [
    join(own, "settings.json"),
    join(own, "CLAUDE.md"),
    join(workspace, ".claude", "settings.json"),
    join(workspace, ".claude", "settings.local.json"),
    join(workspace, ".mcp.json"),
    join(workspace, "CLAUDE.md"),
  ];
  const stamps = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ mtimeMs, size }) => `${mtimeMs}/${size}`,
        () => "-",
      ),
    ),
  );
  return stamps.join(" ");
}
