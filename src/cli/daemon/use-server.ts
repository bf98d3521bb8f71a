import type { Config } from "../../config/config.ts";
import type { CommandContext } from "../command-context.ts";
import { ownCommand } from "../own-command.ts";
import { tellRefusal } from "../refusal.ts";
import type { GivenFlags } from "../setting-options.ts";
import { findServer, type FoundServer } from "./find-server.ts";
import { acrossReleases } from "./other-release.ts";
import { resolveSettings } from "./resolve-settings.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { describeAbsence } from "./status.ts";

export type AnsweringServer = Extract<FoundServer, { type: "running" }>;

/**
 * Does something with the server of the data folder and resolves with its exit code, or with that of `status` when there is
 * none. What the server refuses is told.
 * @throws ConfigError when the settings cannot be used
 */
export async function useServer(
  given: GivenFlags,
  context: CommandContext,
  use: (server: AnsweringServer, config: Config) => Promise<number>,
): Promise<number> {
  const config = resolveSettings(given, context);
  const { dataDir } = config;
  const { terminal } = context;
  const found = await findServer(dataDir);
  if (found.type !== "running") {
    const hint = found.type === "none" ? ` Start it with ${ownCommand("start", config, context)}.` : "";
    terminal.printError(`${describeAbsence(found, dataDir)}${hint}`);
    return EXIT_CODES[found.type];
  }
  try {
    return await acrossReleases(found.status, config, context, () => use(found, config));
  } catch (error) {
    return tellRefusal(error, context);
  }
}
