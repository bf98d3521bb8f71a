import type { RequestBounds } from "../../core/words/request-settings.ts";
import type { Settings } from "../schema/config-schema.ts";

interface BoundsContext {
  readonly folderOf: (key: string, path: string) => string;
  /** The server can be reached from this machine only. */
  readonly isLoopback: boolean;
}

/** What requests may change, complete. */
export function buildRequestBounds(
  { folders, permissionModes, builtinTools, allowedTools, mcpServers, commands }: Settings["requests"],
  { folderOf, isLoopback }: BoundsContext,
): RequestBounds {
  return {
    folders: [...new Set(folders.map((path) => folderOf("requests.folders", path)))],
    permissionModes,
    builtinTools,
    allowedTools,
    mcpServers: mcpServers ?? (isLoopback ? "remote" : "configured"),
    commands: commands ?? ["*"],
  };
}
