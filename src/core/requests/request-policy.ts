import type { McpServers } from "../words/mcp-server.ts";
import type { WorkspaceFolders } from "../ports/workspace-folders.ts";
import type { RequestBounds, RequestSettings } from "../words/request-settings.ts";

/** What the configuration lets requests do. */
export interface RequestPolicy {
  readonly bounds: RequestBounds;
  readonly folders: Pick<WorkspaceFolders, "resolve">;
  /** The MCP servers of the configuration, whichever profile uses them. */
  readonly configuredServers: McpServers;
  /** Whether the mode `bypassPermissions` may be used at all. */
  readonly allowsBypass: boolean;
}

/** By the name of a setting: where in the request it was said, as its client knows it. */
export type SettingSources = Readonly<
  Partial<Record<keyof RequestSettings | "command" | "approvals", string>>
>;
