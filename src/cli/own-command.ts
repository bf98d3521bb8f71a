import type { Config } from "../config/config.ts";
import { defaultDataDir } from "../config/sources/default-data-dir.ts";
import type { CommandContext } from "./command-context.ts";
import { quoteForShell } from "./quote-for-shell.ts";

/** A command of ours that finds this server's data folder, ready to paste where this program was started. `asked`: `status`. */
export function ownCommand(
  asked: string,
  { dataDir }: Pick<Config, "dataDir">,
  context: Pick<CommandContext, "environment" | "machine">,
): string {
  const isDefault = dataDir === defaultDataDir(context.machine, context.environment);
  const where = isDefault ? "" : ` --data-dir ${quoteForShell(dataDir)}`;
  return `${ownProgram(context)} ${asked}${where}`;
}

/** How this program is called where it was started: in a checkout there is no `turnpike` on the path. */
export function ownProgram({ environment }: Pick<CommandContext, "environment">): string {
  return environment["npm_lifecycle_event"] === "start" ? "npm start --" : "turnpike";
}
