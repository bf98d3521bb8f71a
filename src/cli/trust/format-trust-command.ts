import type { Config } from "../../config/config.ts";
import { defaultDataDir } from "../../config/sources/default-data-dir.ts";
import type { CommandContext } from "../command-context.ts";
import { quoteForShell } from "../quote-for-shell.ts";

/** The command that trusts a folder, ready to paste where this server was started. */
export function formatTrustCommand(
  folder: string,
  { dataDir }: Pick<Config, "dataDir">,
  { environment, machine }: Pick<CommandContext, "environment" | "machine">,
): string {
  const program = environment["npm_lifecycle_event"] === "start" ? "npm start -- trust" : "turnpike trust";
  const isDefault = dataDir === defaultDataDir(machine, environment);
  const where = isDefault ? "" : ` --data-dir ${quoteForShell(dataDir)}`;
  return `${program} ${quoteForShell(folder)}${where}`;
}
