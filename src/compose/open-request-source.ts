import type { Config } from "../config/config.ts";
import type { RequestLogStore } from "../core/ports/request-log.ts";
import { openRequestLogToRead } from "../store/request-log/open-request-log.ts";
import { requestLogLocation } from "./database-locations.ts";

/** The requests on record, by the settings, without a server; undefined where none has been recorded. */
export function openRequestSource(config: Config): Promise<RequestLogStore | undefined> {
  return openRequestLogToRead(requestLogLocation(config));
}
