import { openStore } from "../../src/store/open-store.ts";
import { describeResponseStore } from "./response-store.ts";
import { onEachDatabase } from "./on-each-database.ts";

onEachDatabase("response store", (database, createLocation) =>
  describeResponseStore(database, async () => {
    const location = await createLocation();
    return (retention = { content: "keep" }) => openStore({ location, retention });
  }),
);
