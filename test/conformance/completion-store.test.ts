import { openStore } from "../../src/store/open-store.ts";
import { describeCompletionStore } from "./completion-store.ts";
import { onEachDatabase } from "./on-each-database.ts";

onEachDatabase("completion store", (database, createLocation) =>
  describeCompletionStore(database, async () => {
    const location = await createLocation();
    return (retention = { content: "keep" }) => openStore({ location, retention });
  }),
);
