import { openStore } from "../../src/store/open-store.ts";
import { onEachDatabase } from "./on-each-database.ts";
import { describeUserStore } from "./user-store.ts";

onEachDatabase("people", (database, createLocation) =>
  describeUserStore(database, async () => {
    const location = await createLocation();
    return () => openStore({ location, retention: { content: "keep" } });
  }),
);
