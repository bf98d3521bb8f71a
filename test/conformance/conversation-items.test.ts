import { openStore } from "../../src/store/open-store.ts";
import { describeConversationItems } from "./conversation-items.ts";
import { onEachDatabase } from "./on-each-database.ts";

onEachDatabase("conversation items", (database, createLocation) =>
  describeConversationItems(database, async () => {
    const location = await createLocation();
    return (retention = { content: "keep" }) => openStore({ location, retention });
  }),
);
