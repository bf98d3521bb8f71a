import { openStore } from "../../src/store/open-store.ts";
import type { StoreLocation } from "../../src/store/database/store-location.ts";

/** Makes the tables in a new database, so that tests can have copies of it: to make them anew takes most of the time of a test. */
export async function prepareDatabase(location: StoreLocation): Promise<void> {
  const store = await openStore({ location, retention: { content: "keep" } });
  await store.close();
}
