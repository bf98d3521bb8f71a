import type { Config } from "../../config/config.ts";
import { resolveConfig } from "../../config/resolve-config.ts";
import type { CommandContext } from "../command-context.ts";
import type { GivenFlags } from "../setting-options.ts";

/**
 * The settings for a command that speaks to the server of a data folder.
 * @throws ConfigError when they cannot be used
 */
export function resolveSettings(given: GivenFlags, context: CommandContext): Config {
  const { environment, machine, engines } = context;
  return resolveConfig({ ...given, environment, machine, engines }).config;
}
