import { openStore } from "../../src/store/open-store.ts";
import { describeJobQueue } from "./job-queue.ts";
import { onEachDatabase } from "./on-each-database.ts";

onEachDatabase("job queue", (database, createLocation) =>
  describeJobQueue(database, async () => {
    const location = await createLocation();
    return (nodeId) => openStore({ location, retention: { content: "keep" }, nodeId });
  }),
);
