import type { Config } from "../config/config.ts";
import { SILENT_LOGGER } from "../core/ports/logger.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { KeyAdmin } from "../service/access/key-admin.ts";
import { openStoreAtRest } from "./open-store-at-rest.ts";
import { createKeyAdmin } from "./open-keys.ts";

/** The keys in the database, by the settings, where no server has the data folder. A database that is not there yet is made. */
export async function openKeySource(
  config: Config,
  clock: Clock,
): Promise<{ readonly keys: KeyAdmin; close(): Promise<void> }> {
  const store = await openStoreAtRest(config, clock);
  const keys = createKeyAdmin(store.keys, { clock, logger: SILENT_LOGGER, onChange: () => {} });
  return { keys, close: () => store.close() };
}
