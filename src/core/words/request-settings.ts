import type { McpServer } from "./mcp-server.ts";
import type { PermissionMode } from "./permission-mode.ts";
import type { Profile } from "./profile.ts";

/** What a request wants otherwise than its profile has it. Every field is bounded by the configuration. */
export interface RequestSettings {
  /** As sent: absolute, or relative to the profile's workspace. */
  readonly workingDirectory?: string;
  readonly additionalDirectories?: readonly string[];
  readonly permissionMode?: PermissionMode;
  readonly builtinTools?: Profile["builtinTools"];
  readonly allowedTools?: readonly string[];
  readonly disallowedTools?: readonly string[];
  readonly maxTurns?: number;
  readonly maxBudgetUsd?: number;
  /** Names of configured servers, and servers of the request's own by name. */
  readonly mcpServers?: {
    readonly configured: readonly string[];
    readonly own: Readonly<Record<string, McpServer>>;
  };
  readonly isolation?: Profile["isolation"];
}

/** What requests may change. The names of the settings are those of the config's section `requests`. */
export interface RequestBounds {
  /** Absolute real paths: requests may name these folders and those inside, besides the profile's workspace. */
  readonly folders: readonly string[];
  /** Besides the profile's own, and those that allow less: `plan` and `dontAsk`. */
  readonly permissionModes: readonly PermissionMode[];
  /** Whether built-in tools may be turned on where the profile has them off. */
  readonly builtinTools: boolean;
  /** Rules that requests may add, word by word; `*` for any. */
  readonly allowedTools: readonly string[];
  /**
   * Servers that requests may add. `configured`: those of the configuration, by name. `remote`: also others by URL. `any`:
   * also commands that run on this machine.
   */
  readonly mcpServers: "none" | "configured" | "remote" | "any";
  /** Slash commands and skills that requests may run, by name; `*` for any that the workspace and the user's settings bring. */
  readonly commands: readonly string[];
}
