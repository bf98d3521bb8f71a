import { isAbsolute } from "node:path";

import type { TransportChoice } from "../../core/words/channel-transport.ts";
import { resolveGivenPath } from "../../config/build/resolve-folder.ts";
import { ConfigError } from "../../config/config-error.ts";
import { SETTINGS } from "../../config/schema/config-schema.ts";
import type { Setting } from "../../config/schema/setting.ts";
import type { Environment } from "../../config/sources/process-environment.ts";
import {
  CONFIG_FILE_VARIABLE,
  readEnvironmentSettings,
} from "../../config/sources/read-environment-settings.ts";
import type { CommandContext } from "../command-context.ts";
import type { GivenFlags } from "../setting-options.ts";
import { MODEL_VARIABLE, withAliases } from "./channel-settings.ts";
import type { ServerCommand } from "./claude-files.ts";

/**
 * How Claude Code starts the server: from another folder and with another environment than this one, so paths are absolute, and
 * what variables say now is written down, too. `leftOut`: the variables whose values are secret, which the file does not get.
 * @throws ConfigError for a flag that is secret
 */
export function serverCommand(
  transport: TransportChoice,
  given: GivenFlags,
  { launch, environment, machine }: Pick<CommandContext, "launch" | "environment" | "machine">,
): { readonly server: ServerCommand; readonly leftOut: readonly string[] } {
  const absolute = (path: string) => resolveGivenPath(path, { type: "default" }, machine);
  const [command = "node", ...rest] = launch.command;
  const { configFile } = given;
  const { env, leftOut } = writtenVariables(given, environment, absolute);
  return {
    server: {
      command,
      args: [
        ...rest,
        "channel",
        ...(transport === "auto" ? [] : ["--transport", transport]),
        ...(configFile === undefined ? [] : ["--config", absolute(configFile)]),
        ...writtenFlags(given, absolute),
      ],
      env,
    },
    leftOut,
  };
}

function writtenFlags({ flags }: GivenFlags, absolute: (path: string) => string): readonly string[] {
  return SETTINGS.flatMap((setting): readonly string[] => {
    const value = flags[setting.key];
    if (value === undefined) return [];
    if (setting.isSecret) {
      throw new ConfigError([
        `${setting.flagName} is secret and would stand in a file of Claude Code's. ${cureFor(setting)}`,
      ]);
    }
    if (setting.isSwitch) return [setting.flagName];
    const texts = [value].flat().map(String);
    return texts.flatMap((text) => [setting.flagName, setting.isPath ? absolute(text) : text]);
  });
}

/** As variables, not as flags: so each counts as much as it does now, and a switch can be off. */
function writtenVariables(
  { flags, configFile }: GivenFlags,
  environment: Environment,
  absolute: (path: string) => string,
): { readonly env: Readonly<Record<string, string>>; readonly leftOut: readonly string[] } {
  const env: Record<string, string> = {};
  const leftOut: string[] = [];
  const aliased = withAliases(environment);
  for (const { key, name, value } of readEnvironmentSettings(aliased.environment)) {
    const setting = SETTINGS.find((one) => one.key === key);
    if (!setting || flags[key] !== undefined) continue;
    const [variable] = setting.environmentNames;
    // Of approver keys somebody is told otherwise: Claude Code must not have them at all.
    if (key === "auth.approverKeys") continue;
    if (setting.isSecret) leftOut.push(aliased.used.find(([, ours]) => ours === variable)?.[0] ?? name);
    else if (!setting.isPath) env[variable] = value;
    else
      env[variable] = (setting.isList ? value.split(",") : [value])
        .map((path) => absolute(path.trim()))
        .join();
  }
  const namedFile = environment[CONFIG_FILE_VARIABLE]?.trim();
  if (namedFile && configFile === undefined) env[CONFIG_FILE_VARIABLE] = absolute(namedFile);
  const model = environment[MODEL_VARIABLE]?.trim();
  if (model) env[MODEL_VARIABLE] = model;
  // The data folder is in it, where none is named.
  const dataHome = environment["XDG_DATA_HOME"] ?? "";
  if (isAbsolute(dataHome)) env["XDG_DATA_HOME"] = dataHome;
  return { env, leftOut };
}

function cureFor({ key, environmentNames: [variable] }: Setting): string {
  switch (key) {
    case "auth.approverKeys":
      return `Leave it out, and a key is made and shown once. ${variable} must not be in Claude Code's environment either: whatever Claude runs can read that.`;
    case "auth.apiKeys":
      return `Leave it out, and the key in <data-dir>/api-key is used, which may be one of yours; or set ${variable} for Claude Code.`;
    default:
      return `Set ${variable} for Claude Code instead.`;
  }
}
