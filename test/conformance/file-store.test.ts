import { openStore } from "../../src/store/open-store.ts";
import { describeFileStore } from "./file-store.ts";
import { onEachDatabase } from "./on-each-database.ts";

onEachDatabase("file store", (database, createLocation) =>
  describeFileStore(database, async () => {
    const location = await createLocation();
    return (clock, retention = { content: "keep" }) => openStore({ location, retention, clock });
  }),
);
