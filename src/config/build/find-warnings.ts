import { isInside } from "../../lib/is-inside.ts";
import type { Settings } from "../schema/config-schema.ts";
import type { Config } from "../config.ts";
import { findProfileWarnings } from "./find-profile-warnings.ts";
import type { Machine } from "../sources/machine.ts";
import type { Environment } from "../sources/process-environment.ts";
import { findMistypedVariables } from "../sources/read-environment-settings.ts";
import { findFolder } from "./resolve-folder.ts";

export interface WarningSources {
  readonly settings: Settings;
  readonly config: Config;
  readonly machine: Machine;
  readonly environment: Environment;
}

/** What works but is probably not meant. */
export function findWarnings({ settings, config, machine, environment }: WarningSources): readonly string[] {
  const { auth, sessions, turns } = settings;
  const warnings = [...findMistypedVariables(environment)];
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

/** What lies in a workspace is read unasked. */
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
