import { join } from "node:path";

import { MemoryConversationLock } from "../cluster/memory/memory-conversation-lock.ts";
import type { Config } from "../config/config.ts";
import type { Environment } from "../config/sources/process-environment.ts";
import { createConversationDirectory } from "../core/conversations/conversations.ts";
import { noChangesKnown } from "../core/file-changes/undo-turn.ts";
import { SILENT_LOGGER } from "../core/ports/logger.ts";
import { RunningTurns } from "../core/turn/running-turns.ts";
import { ConversationAdmin } from "../service/conversations/conversation-admin.ts";
import { openStoreAtRest } from "./open-store-at-rest.ts";
import { LocalWorkspaceFolders } from "../workspaces/local-workspace-folders.ts";

/** The conversations in the database, by the settings, where no server has the data folder. */
export async function openConversationSource(
  config: Config,
  environment: Environment,
): Promise<{ readonly conversations: ConversationAdmin; close(): Promise<void> }> {
  const store = await openStoreAtRest(config, Date.now);
  const folders = new LocalWorkspaceFolders({
    allowedFolders: [],
    isolationRoot: join(config.dataDir, "workspaces"),
    environment,
    logger: SILENT_LOGGER,
  });
  const conversations = createConversationDirectory({
    store,
    // There are no processes.
    pool: { holds: () => false, viewConversation: () => undefined, evictConversation: async () => {} },
    running: new RunningTurns(new MemoryConversationLock()),
    conversationFolders: folders.conversations,
  });
  return {
    conversations: new ConversationAdmin({
      index: store.index,
      conversations,
      conversationFolders: folders.conversations,
      fileChanges: store.fileChanges,
      undoTurn: () => Promise.reject(noChangesKnown()),
      held: () => [],
    }),
    close: () => store.close(),
  };
}
