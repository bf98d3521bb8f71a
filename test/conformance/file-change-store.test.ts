import { openStore } from "../../src/store/open-store.ts";
import { describeFileChangeStore } from "./file-change-store.ts";
import { onEachDatabase } from "./on-each-database.ts";

onEachDatabase("file change store", (database, createLocation) =>
  describeFileChangeStore(database, async () => {
    const location = await createLocation();
    return (retention = { content: "keep" }) => openStore({ location, retention });
  }),
);
