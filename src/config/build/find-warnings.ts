import { isInside } from "../../lib/is-inside.ts";
import { type Settings, SETTINGS } from "../schema/config-schema.ts";
import type { Config } from "../config.ts";
import type { Machine } from "../sources/machine.ts";
import type { Origin } from "../sources/origin.ts";
import type { Environment } from "../sources/process-environment.ts";
import { findMistypedVariables } from "../sources/read-environment-settings.ts";
import { findFolder } from "./resolve-folder.ts";
import type { Profile } from "../../core/words/profile.ts";
import { isLoopbackHost } from "./is-loopback-host.ts";
import type { ProfileSetting } from "../schema/profile-schema.ts";

export interface WarningSources {
  readonly settings: Settings;
  readonly config: Config;
  readonly machine: Machine;
  readonly environment: Environment;
  readonly originOf: (key: string) => Origin;
}

/** Settings that work but are probably not intended. */
export function findWarnings({
  settings,
  config,
  machine,
  environment,
  originOf,
}: WarningSources): readonly string[] {
  const { auth, sessions, turns } = settings;
  const warnings = [...findMistypedVariables(environment), ...findShownSecrets(environment, originOf)];
  if (auth.noAuth && auth.apiKeys.length > 0) {
    warnings.push("API keys are given but not asked for, because of --no-auth.");
  }
  if (turns.maxTurnsAtOnce !== undefined && turns.maxTurnsAtOnce > sessions.maxSessions) {
    const limit = sessions.maxSessions;
    warnings.push(
      `Only ${limit} turns run at once: each needs one of the ${limit} sessions. Raise --max-sessions for more.`,
    );
  }
  return [
    ...warnings,
    ...findWorkspaceWarnings(config, machine),
    ...findRequestWarnings(config, machine),
    ...findProfileWarnings(settings, config),
  ];
}

/** Turnpike takes secrets out of its own title, but cannot out of those of the programs that started it. */
function findShownSecrets(environment: Environment, originOf: (key: string) => Origin): readonly string[] {
  if (environment["npm_lifecycle_event"] === undefined) return [];
  return SETTINGS.flatMap(({ key, isSecret, environmentNames: [name] }) => {
    const origin = originOf(key);
    if (!isSecret || origin.type !== "flag") return [];
    return [
      `npm and its shell show ${origin.name} to every user of this machine while the server runs: set ${name}, or ${key} in the config file.`,
    ];
  });
}

/** Files in a workspace are read without asking. */
function findWorkspaceWarnings({ profiles, dataDir }: Config, { homeDir }: Machine): readonly string[] {
  const home = findFolder(homeDir) ?? homeDir;
  const data = findFolder(dataDir) ?? dataDir;
  const folders = new Set(
    Object.values(profiles).flatMap(({ workspace, additionalDirectories }) => [
      workspace,
      ...additionalDirectories,
    ]),
  );
  return [...folders].flatMap((folder) => {
    if (isInside(home, folder)) {
      return [
        `The workspace ${folder} holds your home folder: Claude may read all that is in it. Name a project's folder.`,
      ];
    }
    return isInside(data, folder)
      ? [
          `The workspace ${folder} holds Turnpike's data folder: each command of Claude's waits for a person there.`,
        ]
      : [];
  });
}

function findRequestWarnings({ requests }: Config, { homeDir }: Machine): readonly string[] {
  const home = findFolder(homeDir) ?? homeDir;
  const wide = requests.folders.filter((folder) => isInside(home, folder));
  return [
    ...wide.map(
      (folder) =>
        `Requests may work in ${folder} and all inside, with your keys and settings (requests.folders). Name the folders of your projects.`,
    ),
    ...(requests.mcpServers === "any"
      ? [
          "Requests may start any command on this machine as an MCP server (requests.mcpServers: any): an API key is as good as a login.",
        ]
      : []),
    ...(requests.permissionModes.includes("bypassPermissions")
      ? ["Requests may turn off every question (requests.permissionModes: bypassPermissions)."]
      : []),
  ];
}

/** Profile settings that are dangerous or have no effect. */
function findProfileWarnings({ profiles: given }: Settings, { profiles }: Config): readonly string[] {
  return Object.values(profiles).flatMap((profile) => {
    const setting = Object.hasOwn(given, profile.name) ? given[profile.name] : undefined;
    return [
      ...findUnasked(profile),
      ...findOpenGateway(profile),
      ...(setting ? findIdleFields(profile, setting) : []),
    ];
  });
}

function findUnasked({ name, permissionMode, builtinTools }: Profile): readonly string[] {
  if (permissionMode !== "bypassPermissions" || builtinTools === "off") return [];
  return [
    `In the profile ${name} Claude Code edits, runs and deletes whatever it wants, unasked (permissionMode: bypassPermissions).`,
  ];
}

/** A gateway over plain HTTP outside this machine: the credentials and every prompt would cross the network unencrypted. */
function findOpenGateway({ name, environment }: Profile): readonly string[] {
  const url = URL.parse(environment["ANTHROPIC_BASE_URL"] ?? "");
  if (url?.protocol !== "http:" || isLoopbackHost(url.hostname)) return [];
  return [
    `The profile ${name} sends prompts and credentials unencrypted (ANTHROPIC_BASE_URL begins with http:). Use https.`,
  ];
}

const FOR_TOOLS = ["permissionMode", "allowedTools", "disallowedTools"] as const;
const FOR_BUILT_IN_TOOLS = ["additionalDirectories", "isolation", "sandbox", "agents"] as const;

function findIdleFields(profile: Profile, setting: ProfileSetting): readonly string[] {
  if (profile.builtinTools !== "off") return [];
  const hasServers = Object.keys(profile.mcpServers).length > 0;
  const idle = [...(hasServers ? [] : FOR_TOOLS), ...FOR_BUILT_IN_TOOLS].filter(
    (field) => setting[field] !== undefined,
  );
  if (idle.length === 0) return [];
  return [
    `The profile ${profile.name} has Claude Code's tools off (builtinTools: off), so this has no effect: ${idle.join(", ")}.`,
  ];
}
