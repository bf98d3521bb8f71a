import type { McpServer } from "./mcp-server.ts";
import type { PermissionMode } from "./permission-mode.ts";
import type { Profile } from "./profile.ts";

/** The settings in which a request differs from its profile. Every field is bounded by the configuration. */
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
  /** Configured servers by name, and the request's own servers, keyed by name. */
  readonly mcpServers?: {
    readonly configured: readonly string[];
    readonly own: Readonly<Record<string, McpServer>>;
  };
  readonly isolation?: Profile["isolation"];
}

/** What requests may change. The names match the settings in the configuration's `requests` section. */
export interface RequestBounds {
  /** Absolute real paths: requests may name these folders and their subfolders, in addition to the profile's workspace. */
  readonly folders: readonly string[];
  /** In addition to the profile's own mode and the stricter modes `plan` and `dontAsk`. */
  readonly permissionModes: readonly PermissionMode[];
  /** Whether built-in tools may be turned on where the profile turns them off. */
  readonly builtinTools: boolean;
  /** Rules that requests may add, compared literally; `*` for any. */
  readonly allowedTools: readonly string[];
  /**
   * The servers that requests may add. `configured`: those of the configuration, by name. `remote`: also others by URL. `any`:
   * also commands that run on this machine.
   */
  readonly mcpServers: "none" | "configured" | "remote" | "any";
  /**
   * Slash commands and skills that requests may run, by name; `*` for all that the workspace and the user's settings provide.
   */
  readonly commands: readonly string[];
}
