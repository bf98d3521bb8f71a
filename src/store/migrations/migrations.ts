import type { MigrationProvider } from "kysely";

import { createConversations } from "./0001-conversations.ts";
import { createStoredCompletions } from "./0002-stored-completions.ts";
import { createResponses } from "./0003-responses.ts";
import { createFiles } from "./0004-files.ts";
import { createConversationItems } from "./0005-conversation-items.ts";
import { createFileChanges } from "./0006-file-changes.ts";
import { addClientHabits } from "./0007-client-habits.ts";
import { createNodes } from "./0008-nodes.ts";
import { createApiKeys } from "./0009-api-keys.ts";
import { addTurnsByTime } from "./0010-turns-by-time.ts";
import { createUsers } from "./0011-users.ts";
import { addConversationsOfAll } from "./0012-conversations-of-all.ts";
import { createAuditLog } from "./0013-audit-log.ts";

/** Every migration by name; they run in the order of their names. A released migration is never changed. */
export const migrations: MigrationProvider = {
  getMigrations: async () => ({
    "0001-conversations": createConversations,
    "0002-stored-completions": createStoredCompletions,
    "0003-responses": createResponses,
    "0004-files": createFiles,
    "0005-conversation-items": createConversationItems,
    "0006-file-changes": createFileChanges,
    "0007-client-habits": addClientHabits,
    "0008-nodes": createNodes,
    "0009-api-keys": createApiKeys,
    "0010-turns-by-time": addTurnsByTime,
    "0011-users": createUsers,
    "0012-conversations-of-all": addConversationsOfAll,
    "0013-audit-log": createAuditLog,
  }),
};
