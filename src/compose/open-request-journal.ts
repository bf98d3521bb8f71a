import type { Config } from "../config/config.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Logger } from "../core/ports/logger.ts";
import { RequestJournal } from "../service/request-log/request-journal.ts";
import { openRequestLog } from "../store/request-log/open-request-log.ts";
import { requestLogLocation } from "./database-locations.ts";
import type { CleanUp } from "../lib/clean-up.ts";

interface Parts {
  readonly redactText: (text: string) => string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly cleanUp: CleanUp;
}

/** Opens the request log; undefined when it is switched off. It is closed after everything that adds to it, if opened before. */
export async function openRequestJournal(config: Config, parts: Parts): Promise<RequestJournal | undefined> {
  const { isOn, maxAgeMs, maxEntries } = config.requestLog;
  if (!isOn) return undefined;
  const log = await openRequestLog(requestLogLocation(config), parts.logger);
  const journal = new RequestJournal({ ...parts, log, bounds: { maxAgeMs, maxEntries } });
  parts.cleanUp.defer(() => journal.close());
  journal.start();
  return journal;
}
