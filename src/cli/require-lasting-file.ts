import { ConfigError } from "../config/config-error.ts";
import { isReadOnce } from "../lib/is-read-once.ts";

/**
 * For a server that another process becomes, now or later: it reads the config file itself.
 * @param who - "a server in the background"
 * @throws ConfigError when it would not find there what stands there now
 */
export function requireLastingFile(configFile: string | undefined, who: string): void {
  if (configFile === undefined || !isReadOnce(configFile)) return;
  throw new ConfigError([
    `The config file ${configFile} can be read only once, and ${who} reads it itself, at each start. Put it into a file that stays, and name that with --config; the command serve takes it as it is.`,
  ]);
}
