import type { Config } from "../config/config.ts";
import { SILENT_LOGGER } from "../core/ports/logger.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { KeyAdmin } from "../service/access/key-admin.ts";
import { AuditTrail } from "../service/audit/audit-trail.ts";
import { openStoreAtRest } from "./open-store-at-rest.ts";
import { createKeyAdmin } from "./open-keys.ts";

/** The keys in the database, by the settings, where no server has the data folder. A database that is not there yet is made. */
export async function openKeySource(
  config: Config,
  clock: Clock,
): Promise<{ readonly keys: KeyAdmin; readonly audit: AuditTrail; close(): Promise<void> }> {
  const store = await openStoreAtRest(config, clock);
  const keys = createKeyAdmin(store.keys, { clock, logger: SILENT_LOGGER, onChange: () => {} });
  const audit = new AuditTrail({ log: store.audit, clock, logger: SILENT_LOGGER });
  return { keys, audit, close: () => store.close() };
}
