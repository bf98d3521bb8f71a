import { join } from "node:path";

import { buildConfig } from "./build/build-config.ts";
import { type ChangedSettings, readChangedSettings } from "./changed/changed-settings.ts";
import { type CollectedSettings, collectSettings, withChangedSettings } from "./sources/collect-settings.ts";
import { ConfigError } from "./config-error.ts";
import { configSchema } from "./schema/config-schema.ts";
import type { Config } from "./config.ts";
import { defaultDataDir } from "./sources/default-data-dir.ts";
import { describeProblem } from "./show/describe-problem.ts";
import { findWarnings } from "./build/find-warnings.ts";
import type { Machine } from "./sources/machine.ts";
import type { Origin } from "./sources/origin.ts";
import type { Environment } from "./sources/process-environment.ts";
import { readConfigFile } from "./sources/read-config-file.ts";
import { CONFIG_FILE_VARIABLE } from "./sources/read-environment-settings.ts";
import { resolveGivenPath } from "./build/resolve-folder.ts";
import { valueAt } from "./sources/value-at.ts";

export interface ConfigInput {
  /** Keyed by setting; only flags that were given. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** The value of `--config`. */
  readonly configFile?: string;
  readonly environment: Environment;
  readonly machine: Machine;
  /** The names of the engines that profiles may use. */
  readonly engines: readonly string[];
}

export interface ResolvedConfig {
  readonly config: Config;
  /** The file that was read, if any. */
  readonly configFile?: string;
  readonly originOf: (key: string) => Origin;
  /** The value given for a setting, where it was not changed since: by a flag, a variable or the file. */
  readonly givenElsewhere: (key: string) => unknown;
  /** The value given for a setting, as it was written. */
  readonly givenFor: (key: string) => unknown;
  /** Settings that work but are probably not intended, one line each for a person. */
  readonly warnings: readonly string[];
  /**
   * The same, with this changed while the server runs. The config file counts as it was read: that is what the server runs with, and
   * a pipe is read once. @throws ConfigError
   */
  readonly withChanged: (changed: ChangedSettings) => ResolvedConfig;
}

const DEFAULT_ORIGIN: Origin = { type: "default" };

/**
 * Resolves the configuration: flags override the environment, which overrides the file, which overrides the defaults. What was
 * changed while a server ran is read from the data folder.
 * @throws ConfigError with one line for each problem found.
 */
export function resolveConfig(input: ConfigInput): ResolvedConfig {
  const { flags, configFile, environment, machine } = input;
  const standardDataDir = defaultDataDir(machine, environment);
  const named = configFile ?? (environment[CONFIG_FILE_VARIABLE]?.trim() || undefined);
  const dataDir = firstText(flags["dataDir"], environment["TURNPIKE_DATA_DIR"]) ?? standardDataDir;
  const absolute = (path: string) => resolveGivenPath(path, DEFAULT_ORIGIN, machine);
  const path = named === undefined ? join(absolute(dataDir), "config.yaml") : absolute(named);
  const fileSettings = readConfigFile(path, named === undefined);

  const given = collectSettings({
    flags,
    environment,
    file: fileSettings && { path, settings: fileSettings },
  });
  const folder = firstText(given.raw["dataDir"]) ?? standardDataDir;
  const changedIn = resolveGivenPath(folder, given.origins.get("dataDir") ?? DEFAULT_ORIGIN, machine);
  const read = { given, path, isFileThere: fileSettings !== undefined, standardDataDir };
  return resolveRead(read, readChangedSettings(changedIn), input);
}

/** What was said before a server ran. */
interface ReadSettings {
  readonly given: CollectedSettings;
  /** Of the config file. */
  readonly path: string;
  readonly isFileThere: boolean;
  readonly standardDataDir: string;
}

function resolveRead(
  read: ReadSettings,
  changed: ChangedSettings,
  { machine, environment, engines }: Pick<ConfigInput, "machine" | "environment" | "engines">,
): ResolvedConfig {
  const { given, path, isFileThere, standardDataDir } = read;
  const collected = withChangedSettings(given, changed);
  const parsed = configSchema.safeParse(collected.raw);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.flatMap((issue) => describeProblem(issue, collected, path)));
  }
  const originOf = (key: string) => collected.origins.get(key) ?? DEFAULT_ORIGIN;
  const context = { machine, environment, originOf, defaultDataDir: standardDataDir, engines };
  const config = { ...buildConfig(parsed.data, context), ...(isFileThere && { configFile: path }) };
  return {
    config,
    ...(isFileThere && { configFile: path }),
    originOf,
    givenElsewhere: (key) => valueAt(given.raw, key.split(".")),
    givenFor: (key) => valueAt(collected.raw, key.split(".")),
    warnings: findWarnings({ settings: parsed.data, config, machine, environment, originOf }),
    withChanged: (other) => resolveRead(read, other, { machine, environment, engines }),
  };
}

function firstText(...values: readonly unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === "string" && value.trim() !== "");
}
