import type { Config } from "../config/config.ts";
import type { Clock } from "../core/ports/clock.ts";
import { openStore, type Store } from "../store/open-store.ts";
import { storeLocation } from "./database-locations.ts";

/** The database, by the settings, where no server has the data folder. One that is not there yet is made. */
export function openStoreAtRest(config: Config, clock: Clock): Promise<Store> {
  // Whatever the settings say, nothing is deleted here unasked.
  return openStore({ location: storeLocation(config), retention: { content: "keep" }, clock });
}
