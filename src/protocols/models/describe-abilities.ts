import { PERMISSION_MODES, type PermissionMode } from "../../core/words/permission-mode.ts";
import type { Profile } from "../../core/words/profile.ts";
import type { RequestBounds } from "../../core/words/request-settings.ts";

/** What a model id can do, for clients that choose by it. It reveals no paths on the server and no secrets. */
export interface OfferedAbilities {
  readonly permission_mode: PermissionMode;
  readonly builtin_tools: Profile["builtinTools"];
  readonly isolation: Profile["isolation"];
  readonly sandbox: Profile["sandbox"];
  readonly mcp_servers: readonly string[];
  readonly agents: readonly string[];
  readonly effort: string | null;
  readonly max_turns: number | null;
  readonly max_budget_usd: number | null;
  readonly activity: Profile["activity"];
  readonly request_overrides: RequestOverrides;
}

/** What requests may change about it. */
interface RequestOverrides {
  readonly permission_modes: readonly PermissionMode[];
  /** `workspace`: folders inside the workspace. `folders`: some folders outside it as well. */
  readonly working_directory: "workspace" | "folders";
  /** Whether Claude Code's own tools are on, or can be turned on. */
  readonly builtin_tools: boolean;
  /** The rules themselves are not shown, since they may name folders of the server. */
  readonly allowed_tools: "none" | "listed" | "any";
  readonly mcp_servers: RequestBounds["mcpServers"];
  readonly commands: readonly string[];
}

export function describeAbilities(profile: Profile, bounds: RequestBounds): OfferedAbilities {
  return {
    permission_mode: profile.permissionMode,
    builtin_tools: profile.builtinTools,
    isolation: profile.isolation,
    sandbox: profile.sandbox,
    mcp_servers: Object.keys(profile.mcpServers),
    agents: Object.keys(profile.agents),
    effort: profile.effort ?? null,
    max_turns: profile.maxTurns ?? null,
    max_budget_usd: profile.maxBudgetUsd ?? null,
    activity: profile.activity,
    request_overrides: describeOverrides(profile, bounds),
  };
}

function describeOverrides(profile: Profile, bounds: RequestBounds): RequestOverrides {
  const modes = new Set<PermissionMode>([
    profile.permissionMode,
    "plan",
    "dontAsk",
    ...bounds.permissionModes,
  ]);
  return {
    permission_modes: PERMISSION_MODES.filter((mode) => modes.has(mode)),
    working_directory: bounds.folders.length > 0 ? "folders" : "workspace",
    builtin_tools: profile.builtinTools !== "off" || bounds.builtinTools,
    allowed_tools: describeRules(bounds.allowedTools),
    mcp_servers: bounds.mcpServers,
    commands: bounds.commands,
  };
}

function describeRules(rules: readonly string[]): RequestOverrides["allowed_tools"] {
  if (rules.includes("*")) return "any";
  return rules.length > 0 ? "listed" : "none";
}
