import type { McpServers } from "../../core/words/mcp-server.ts";
import type { Profile } from "../../core/words/profile.ts";
import { chooseMcpServers, type McpServerContext } from "./build-mcp-servers.ts";
import { BUILT_IN_PROFILES, DEFAULT_PROFILE } from "./built-in-profiles.ts";
import { buildProfileEnvironment } from "../claude/claude-environment.ts";
import type { Environment } from "../sources/process-environment.ts";
import { whyReserved } from "./reserved-variable.ts";
import type { ProfileSetting } from "../schema/profile-schema.ts";

export interface ProfileContext extends McpServerContext {
  /** The server's workspace, for profiles that name none. */
  readonly workspace: string;
  /** The real path of a folder that must exist. */
  readonly folderOf: (key: string, path: string) => string;
  readonly mcpServers: McpServers;
  /** The server's own environment. */
  readonly environment: Environment;
  readonly isDemo: boolean;
  /** The engine of profiles that name none. */
  readonly engine: string;
  /** The names of the available engines. */
  readonly engines: readonly string[];
}

/** The built-in profiles with the file's changes, and the profiles that the file adds. */
export function buildProfiles(
  given: Readonly<Record<string, ProfileSetting>>,
  context: ProfileContext,
): Readonly<Record<string, Profile>> {
  const names = new Set([...Object.keys(BUILT_IN_PROFILES), ...Object.keys(given)]);
  return Object.fromEntries(
    Array.from(names, (name) => [name, buildProfile(name, own(given, name) ?? {}, context)]),
  );
}

function buildProfile(name: string, setting: ProfileSetting, context: ProfileContext): Profile {
  const {
    model: _model,
    workspace,
    additionalDirectories,
    mcpServers,
    environment,
    agents,
    ...changes
  } = setting;
  const { folderOf } = context;
  const key = `profiles.${name}`;
  requireEngine(`${key}.engine`, setting.engine, context);
  const base = own(BUILT_IN_PROFILES, name) ?? DEFAULT_PROFILE;
  const folders = additionalDirectories?.map((path) => folderOf(`${key}.additionalDirectories`, path));
  return {
    engine: context.engine,
    ...base,
    ...changes,
    name,
    workspace: workspace === undefined ? context.workspace : folderOf(`${key}.workspace`, workspace),
    ...(folders && { additionalDirectories: [...new Set(folders)] }),
    ...(mcpServers && {
      mcpServers: chooseMcpServers(`${key}.mcpServers`, mcpServers, context.mcpServers, context),
    }),
    ...(agents && { agents }),
    ...(environment && { environment: buildEnvironment(`${key}.environment`, environment, context) }),
  };
}

function requireEngine(key: string, engine: string | undefined, { engines, report }: ProfileContext): void {
  if (engine === undefined || engines.includes(engine)) return;
  report(key, `there is no engine "${engine}". Name one of ${engines.join(", ")}`);
}

function buildEnvironment(
  key: string,
  given: Readonly<Record<string, string>>,
  { fill, report, environment, isDemo }: ProfileContext,
): Readonly<Record<string, string>> {
  for (const name of Object.keys(given)) {
    const why = whyReserved(name);
    if (why !== undefined) report(`${key}.${name}`, `a profile cannot set this variable. ${why}`);
  }
  const filled = fill.record(key, given);
  if (!isDemo) return buildProfileEnvironment(filled, environment);
  // In a demo nothing leaves the machine, and no account is used.
  const kept = Object.entries(filled).filter(([name]) => !/^(ANTHROPIC_|CLAUDE_)/i.test(name));
  return Object.fromEntries(kept);
}

/** Own properties only: a profile may be named `constructor`. */
function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
