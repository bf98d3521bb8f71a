import { addMcpServers } from "./add-mcp-servers.ts";
import type { Profile } from "../words/profile.ts";
import { quote, refuseSetting } from "./refuse-setting.ts";
import { CAREFUL_MODES, type RequestPolicy, type RequestedIn } from "./request-policy.ts";
import type { RequestSettings } from "../words/request-settings.ts";

type Parts = RequestPolicy & { readonly sources: RequestedIn };

/** How strongly a conversation is isolated from the others; a worktree still shares the repository's branches. */
const DISTANCE = { none: 0, worktree: 1, copy: 2 } as const satisfies Record<Profile["isolation"], number>;

/**
 * The profile with a request's changes, for one turn. `sources` tells where each setting was sent.
 * @throws AppError `forbidden` for the first setting that exceeds the configuration, which its message names; `invalid-request`
 * for a folder or server that does not exist
 */
export async function applyRequestSettings(
  profile: Profile,
  settings: RequestSettings,
  parts: Parts,
): Promise<Profile> {
  if (Object.keys(settings).length === 0) return profile;
  const { bounds, sources } = parts;
  const builtinTools = settings.builtinTools ?? profile.builtinTools;
  if (profile.builtinTools === "off" && builtinTools !== "off" && !bounds.builtinTools) {
    const message = `The profile '${profile.name}' of this model has Claude Code's own tools turned off, and requests may not turn them on`;
    throw refuseSetting(message, "requests.builtinTools", sources.builtinTools);
  }
  return {
    ...profile,
    builtinTools,
    permissionMode: permissionMode(profile, settings, builtinTools, parts),
    allowedTools: allowedTools(profile, settings, parts),
    disallowedTools: union(profile.disallowedTools, settings.disallowedTools),
    ...limits(profile, settings, sources),
    isolation: isolation(profile, settings, sources),
    mcpServers: addMcpServers(profile, settings.mcpServers, parts),
    ...(await folders(profile, settings, parts)),
  };
}

function permissionMode(
  profile: Profile,
  { permissionMode: mode = profile.permissionMode }: RequestSettings,
  builtinTools: Profile["builtinTools"],
  { bounds, allowsBypass, sources }: Parts,
): Profile["permissionMode"] {
  const isKnown = mode === profile.permissionMode || CAREFUL_MODES.has(mode);
  if (!isKnown && !bounds.permissionModes.includes(mode)) {
    // The mode concerns tools that are off, so clients may send it to any model: it is ignored, and nothing becomes less
    // strict.
    if (builtinTools === "off") return profile.permissionMode;
    throw refuseSetting(
      `Requests may not use the permission mode '${mode}' here`,
      "requests.permissionModes",
      sources.permissionMode,
    );
  }
  if (mode === "bypassPermissions" && !allowsBypass) {
    throw refuseSetting(
      "This server was not started to allow the permission mode 'bypassPermissions'",
      "claude.allowBypass",
      sources.permissionMode,
    );
  }
  return mode;
}

function allowedTools(
  profile: Profile,
  { allowedTools: asked = [], mcpServers }: RequestSettings,
  { bounds, configuredServers, sources }: Parts,
): readonly string[] {
  const rules = asked.map((rule) => rule.trim());
  const isAny = bounds.allowedTools.includes("*");
  const others = [...Object.keys(configuredServers), ...Object.keys(profile.mcpServers)];
  const own = Object.keys(mcpServers?.own ?? {}).filter((name) => isAlone(name, others));
  const isAllowed = (rule: string) =>
    profile.allowedTools.includes(rule) || bounds.allowedTools.includes(rule) || isRuleOf(own, rule);
  const refused = rules.find((rule) => !isAny && !isAllowed(rule));
  if (refused === undefined) return union(profile.allowedTools, rules);
  throw refuseSetting(
    `Requests may not allow the tool rule ${quote(refused)} here`,
    "requests.allowedTools",
    sources.allowedTools,
  );
}

/** A tool's server is read from its name, so a server name with `__` in it could be mistaken for another's. */
function isAlone(name: string, others: readonly string[]): boolean {
  return !name.includes("__") && !others.some((other) => other.startsWith(`${name}__`));
}

/** A request may allow any tool of a server that it brings itself. */
function isRuleOf(servers: readonly string[], rule: string): boolean {
  return servers.some((name) => rule === `mcp__${name}` || rule.startsWith(`mcp__${name}__`));
}

function limits(profile: Profile, settings: RequestSettings, sources: RequestedIn) {
  const limit = (name: "maxTurns" | "maxBudgetUsd") => {
    const [most, asked] = [profile[name], settings[name]];
    if (asked === undefined || most === undefined || asked <= most) return asked ?? most;
    const message = `A turn of this model has at most ${name} ${most}, and a request may only lower it`;
    throw refuseSetting(message, `profiles.${profile.name}.${name}`, sources[name]);
  };
  const [maxTurns, maxBudgetUsd] = [limit("maxTurns"), limit("maxBudgetUsd")];
  return {
    ...(maxTurns !== undefined && { maxTurns }),
    ...(maxBudgetUsd !== undefined && { maxBudgetUsd }),
  };
}

function isolation(
  profile: Profile,
  { isolation: asked = profile.isolation }: RequestSettings,
  sources: RequestedIn,
): Profile["isolation"] {
  if (DISTANCE[asked] >= DISTANCE[profile.isolation]) return asked;
  throw refuseSetting(
    `Conversations of this model work apart from each other ('${profile.isolation}'), and a request may not lower that to '${asked}'`,
    `profiles.${profile.name}.isolation`,
    sources.isolation,
  );
}

/** All relative paths start at the profile's own workspace. */
async function folders(
  profile: Profile,
  { workingDirectory, additionalDirectories = [] }: RequestSettings,
  { folders: allowed, sources }: Parts,
): Promise<Pick<Profile, "workspace" | "additionalDirectories">> {
  const resolve = (path: string, param = "claude") => allowed.resolve(path, profile, param);
  const workspace =
    workingDirectory === undefined
      ? profile.workspace
      : await resolve(workingDirectory, sources.workingDirectory);
  const added = await Promise.all(
    additionalDirectories.map((path) => resolve(path, sources.additionalDirectories)),
  );
  return { workspace, additionalDirectories: union(profile.additionalDirectories, added) };
}

function union(first: readonly string[], second: readonly string[] = []): readonly string[] {
  return [...new Set([...first, ...second])];
}
