import { openStore } from "../../src/store/open-store.ts";
import { describeApiKeyStore } from "./api-key-store.ts";
import { onEachDatabase } from "./on-each-database.ts";

onEachDatabase("API keys", (database, createLocation) =>
  describeApiKeyStore(database, async () => {
    const location = await createLocation();
    return () => openStore({ location, retention: { content: "keep" } });
  }),
);
