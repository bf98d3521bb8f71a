import { Option } from "commander";
import type { Command } from "commander";

import { SETTINGS } from "../config/schema/config-schema.ts";
import type { Setting } from "../config/schema/setting.ts";

/** The flags given to a command. */
export interface GivenFlags {
  /** Keyed by setting; only flags that were given. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly configFile?: string;
}

/** Gives a command a flag for every setting, or for those of these keys, and `--config`. */
export function addSettingOptions(command: Command, keys?: readonly string[]): Command {
  command.addOption(new Option("--config <file>", "config file"));
  for (const setting of settingsOf(keys)) command.addOption(toOption(setting));
  return command;
}

export function readGivenFlags(command: Command, keys?: readonly string[]): GivenFlags {
  const given = settingsOf(keys).flatMap((setting): [string, unknown][] => {
    const name = toOption(setting).attributeName();
    if (command.getOptionValueSource(name) !== "cli") return [];
    // Commander reads `--no-auth` as "auth: false"; here every given switch is on.
    return [[setting.key, setting.isSwitch ? true : command.getOptionValue(name)]];
  });
  const configFile: unknown = command.getOptionValue("config");
  return { flags: Object.fromEntries(given), ...(typeof configFile === "string" && { configFile }) };
}

/** Whether somebody has typed where the server is to be. */
export function isAddressGiven({ flags }: GivenFlags): boolean {
  return flags["server.host"] !== undefined || flags["server.port"] !== undefined;
}

export function takesEverySetting(command: Command): boolean {
  const flags = new Set(command.options.map(({ long }) => long));
  return SETTINGS.every((setting) => flags.has(toOption(setting).long));
}

/** Whether a command's flag is a setting, or says where settings are. */
export function isSettingOption({ long }: Option): boolean {
  return long === "--config" || SETTINGS.some((setting) => toOption(setting).long === long);
}

function settingsOf(keys: readonly string[] | undefined): readonly Setting[] {
  return keys === undefined ? SETTINGS : SETTINGS.filter(({ key }) => keys.includes(key));
}

/** An option whose values help and shells know, without being checked: that is done where the value is used, with an error of ours. */
export function completing(option: Option, choices: readonly string[] | undefined): Option {
  if (choices) option.argChoices = [...choices];
  return option;
}

function toOption(setting: Setting): Option {
  const { formerFlag } = setting;
  const flags = formerFlag === undefined ? setting.flag : `${formerFlag}, ${setting.flag}`;
  const option = completing(new Option(flags, setting.about), setting.choices);
  if (!setting.isList) return option;
  return option.argParser((value: string, earlier: readonly string[] | undefined) => [
    ...(earlier ?? []),
    ...value.split(","),
  ]);
}
