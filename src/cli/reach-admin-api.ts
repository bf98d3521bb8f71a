import type { Config } from "../config/config.ts";
import { type AskAdminApi, askAdminApi } from "./ask-admin-api.ts";
import type { CommandContext } from "./command-context.ts";
import { findServer } from "./daemon/find-server.ts";
import { acrossReleases } from "./daemon/other-release.ts";
import { resolveSettings } from "./daemon/resolve-settings.ts";
import { EXIT_CODES } from "./daemon/exit-codes.ts";
import { describeAbsence } from "./daemon/status.ts";
import { tellRefusal } from "./refusal.ts";
import type { GivenFlags } from "./setting-options.ts";

export interface WaysToAdmin {
  /** A server has the data folder. */
  readonly byServer: (ask: AskAdminApi, config: Config) => Promise<void>;
  /** None has it. */
  readonly byDatabase: (config: Config) => Promise<void>;
}

/**
 * Does something with the server of the data folder, or without one; says in a line what was refused. Resolves with the exit code.
 * @throws ConfigError when the settings cannot be used
 */
export async function reachAdminApi(
  given: GivenFlags,
  context: CommandContext,
  { byServer, byDatabase }: WaysToAdmin,
): Promise<number> {
  const { terminal, environment } = context;
  const config = resolveSettings(given, context);
  const found = await findServer(config.dataDir);
  if (found.type === "silent") {
    terminal.printError(describeAbsence(found, config.dataDir));
    return EXIT_CODES.silent;
  }
  try {
    if (found.type === "running") {
      const approverKey = environment["TURNPIKE_APPROVER_KEY"]?.split(",")[0]?.trim();
      const ask = askAdminApi(found.client, approverKey || undefined);
      await acrossReleases(found.status, config, context, () => byServer(ask, config));
    } else {
      await byDatabase(config);
    }
    return 0;
  } catch (error) {
    return tellRefusal(error, context);
  }
}
