import type { Config } from "../config/config.ts";
import { defaultDataDir } from "../config/sources/default-data-dir.ts";
import type { CommandContext } from "./command-context.ts";
import { quoteForShell } from "./quote-for-shell.ts";

/** A command of ours that finds this server's data folder, ready to paste where this program was started. `asked`: `status`. */
export function ownCommand(
  asked: string,
  { dataDir }: Pick<Config, "dataDir">,
  { environment, machine }: Pick<CommandContext, "environment" | "machine">,
): string {
  // In a checkout there is no `turnpike` on the path.
  const program = environment["npm_lifecycle_event"] === "start" ? "npm start --" : "turnpike";
  const isDefault = dataDir === defaultDataDir(machine, environment);
  const where = isDefault ? "" : ` --data-dir ${quoteForShell(dataDir)}`;
  return `${program} ${asked}${where}`;
}
