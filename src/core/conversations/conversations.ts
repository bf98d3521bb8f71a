import type { ConversationDirectory } from "../ports/conversation-directory.ts";
import type { ConversationFolders } from "../ports/conversation-folders.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { SessionPool } from "../ports/session-pool.ts";
import type { RunningTurns } from "../turn/running-turns.ts";

/** The recorded conversations together with their live sessions. */
export function createConversationDirectory(parts: {
  readonly store: ConversationStore;
  readonly pool: Pick<SessionPool, "holds" | "viewConversation" | "evictConversation">;
  readonly running: RunningTurns;
  readonly conversationFolders: Pick<ConversationFolders, "find" | "remove">;
}): ConversationDirectory {
  const { store, pool, running, conversationFolders } = parts;
  return {
    async list(principalId, page) {
      const conversations = await store.listConversations(principalId, page);
      return conversations.map((conversation) => ({
        ...conversation,
        isHot: pool.holds(conversation.id),
      }));
    },

    async find(principalId, nameOrId) {
      const conversation = await store.findConversation(principalId, nameOrId);
      if (!conversation) return undefined;
      const turns = await store.listTurns(principalId, conversation.id);
      const session = pool.viewConversation(conversation.id);
      const isHot = pool.holds(conversation.id);
      return { ...conversation, isHot, turnCount: turns.length, turns, ...(session ? { session } : {}) };
    },

    async remove(principalId, nameOrId, mode) {
      const conversation = await store.findConversation(principalId, nameOrId);
      if (!conversation) return false;
      if (mode === "forget") running.cancelConversation(conversation.id);
      await pool.evictConversation(conversation.id);
      if (mode === "evict") return true;
      // Before deleting the record, so that a failed deletion of the folder can be requested again.
      if (await conversationFolders.find(conversation.id)) {
        // The cancelled turn may still be writing to it.
        await running.find(conversation.id)?.ended;
        await conversationFolders.remove(conversation.id);
      }
      await store.deleteConversation(principalId, conversation.id);
      // A turn that was just ending may have returned its session in the meantime.
      await pool.evictConversation(conversation.id);
      return true;
    },
  };
}
