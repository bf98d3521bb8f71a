import type { Profile } from "../../core/words/profile.ts";
import { describeNames } from "./describe-mcp-server.ts";

/** A profile for `config show`; what is empty is left out. */
export function describeProfile(profile: Profile): string {
  const { effort, maxTurns, maxBudgetUsd, instructions } = profile;
  return [
    `system prompt ${profile.systemPrompt}`,
    ...(instructions === "" ? [] : [`instructions of ${instructions.length} characters`]),
    `built-in tools ${profile.builtinTools}`,
    `permission mode ${profile.permissionMode}`,
    ...describeList("allowed", profile.allowedTools),
    ...describeList("disallowed", profile.disallowedTools),
    `settings ${profile.settingSources.join("+") || "none"}`,
    `activity ${profile.activity}`,
    `workspace ${profile.workspace}`,
    ...describeList("more folders", profile.additionalDirectories),
    `isolation ${profile.isolation}`,
    `sandbox ${profile.sandbox}`,
    ...describeList("MCP servers", Object.keys(profile.mcpServers)),
    ...describeList("agents", Object.keys(profile.agents)),
    ...(effort === undefined ? [] : [`effort ${effort}`]),
    ...(maxTurns === undefined ? [] : [`at most ${maxTurns} model calls`]),
    ...(maxBudgetUsd === undefined ? [] : [`at most $${maxBudgetUsd} per turn`]),
    ...describeNames("environment", profile.environment),
  ].join(", ");
}

function describeList(what: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`${what} ${items.join(" + ")}`];
}
