import type { MigrationProvider } from "kysely";

import { createRequests } from "./0001-requests.ts";
import { createConversationSums } from "./0002-conversation-sums.ts";
import { addRequestTools } from "./0003-request-tools.ts";

/** Of the request log, which has a file of its own in SQLite. A released migration is never changed. */
export const requestLogMigrations: MigrationProvider = {
  getMigrations: async () => ({
    "0001-requests": createRequests,
    "0002-conversation-sums": createConversationSums,
    "0003-request-tools": addRequestTools,
  }),
};
