import { join } from "node:path";

import type { Config } from "../config/config.ts";
import type { StoreLocation } from "../store/database/store-location.ts";

/** Where the request log is. */
export function requestLogLocation({
  databaseUrl,
  dataDir,
}: Pick<Config, "databaseUrl" | "dataDir">): StoreLocation {
  return databaseUrl
    ? { type: "postgres", url: databaseUrl }
    : { type: "sqlite", file: join(dataDir, "requests.db") };
}
