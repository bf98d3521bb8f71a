import { join } from "node:path";

import type { Config } from "../config/config.ts";
import type { StoreLocation } from "../store/database/store-location.ts";

type Where = Pick<Config, "databaseUrl" | "dataDir">;

/** Where conversations, keys, people and all else is that is not the request log. */
export function storeLocation(where: Where): StoreLocation {
  return locationOf(where, "turnpike.db");
}

/** Where the request log is. */
export function requestLogLocation(where: Where): StoreLocation {
  return locationOf(where, "requests.db");
}

/** In Postgres both are in one database, on this machine each in a file. */
function locationOf({ databaseUrl, dataDir }: Where, file: string): StoreLocation {
  return databaseUrl ? { type: "postgres", url: databaseUrl } : { type: "sqlite", file: join(dataDir, file) };
}
