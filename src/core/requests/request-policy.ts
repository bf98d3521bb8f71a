import type { McpServers } from "../words/mcp-server.ts";
import type { WorkspaceFolders } from "../ports/workspace-folders.ts";
import type { PermissionMode } from "../words/permission-mode.ts";
import type { RequestBounds, RequestSettings } from "../words/request-settings.ts";

/** Modes that every request may ask for: in them, nothing runs that no rule allows. */
export const CAREFUL_MODES: ReadonlySet<PermissionMode> = new Set<PermissionMode>(["plan", "dontAsk"]);

/** What the configuration allows requests to do. */
export interface RequestPolicy {
  readonly bounds: RequestBounds;
  readonly folders: Pick<WorkspaceFolders, "resolve">;
  /** The configured MCP servers, whichever profile uses them. */
  readonly configuredServers: McpServers;
  /** Whether the mode `bypassPermissions` may be used at all. */
  readonly allowsBypass: boolean;
}

/** Where in the request each setting was given, in the client's terms, keyed by setting. */
export type RequestedIn = Readonly<Partial<Record<keyof RequestSettings | "command" | "approvals", string>>>;
