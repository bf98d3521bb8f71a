import type { ConversationFolders } from "../../src/core/ports/conversation-folders.ts";

/** Where all conversations share their workspace. */
export const NO_FOLDERS: ConversationFolders = {
  find: async () => undefined,
  list: async () => [],
  diff: async () => undefined,
  apply: async () => undefined,
  remove: async () => false,
};
