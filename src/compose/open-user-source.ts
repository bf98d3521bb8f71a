import type { Config } from "../config/config.ts";
import type { Clock } from "../core/ports/clock.ts";
import { SILENT_LOGGER } from "../core/ports/logger.ts";
import { UserAdmin } from "../service/people/user-admin.ts";
import { AuditTrail } from "../service/audit/audit-trail.ts";
import { openStoreAtRest } from "./open-store-at-rest.ts";

/** The people in the database, by the settings, where no server has the data folder. A database that is not there yet is made. */
export async function openUserSource(
  config: Config,
  clock: Clock,
): Promise<{ readonly users: UserAdmin; readonly audit: AuditTrail; close(): Promise<void> }> {
  const store = await openStoreAtRest(config, clock);
  const users = new UserAdmin({ store: store.users, onChange: () => {}, clock, logger: SILENT_LOGGER });
  const audit = new AuditTrail({ log: store.audit, clock, logger: SILENT_LOGGER });
  return { users, audit, close: () => store.close() };
}
