import { AppError } from "../words/app-error.ts";
import type { ConversationFolders } from "../ports/conversation-folders.ts";
import type { RunningTurns } from "../turn/running-turns.ts";

/**
 * Wraps the conversations' folders so that changes are applied only between turns: during a turn, a change may be half done. A
 * turn that arrives meanwhile waits.
 * @throws AppError `conflict` from `apply`, while a turn of the conversation runs
 */
export function applyAtRest(
  folders: ConversationFolders,
  running: Pick<RunningTurns, "tryBegin">,
): ConversationFolders {
  return {
    find: (conversationId) => folders.find(conversationId),
    list: () => folders.list(),
    diff: (conversationId, signal) => folders.diff(conversationId, signal),
    remove: (conversationId) => folders.remove(conversationId),
    async apply(conversationId, signal) {
      if ((await folders.find(conversationId)) === undefined) return undefined;
      using claim = running.tryBegin(conversationId);
      if (!claim) {
        throw new AppError({
          kind: "conflict",
          message:
            "A turn of this conversation runs, or its changes are being applied. Try again when it has ended.",
        });
      }
      return await folders.apply(conversationId, signal);
    },
  };
}
