import type { ConversationId } from "../words/ids.ts";
import type { Profile } from "../words/profile.ts";

/** Which folders turns may work in, and the folder of each conversation. */
export interface WorkspaceFolders {
  /**
   * The real path of a folder that a request names, which may be relative to the profile's workspace.
   * @throws AppError `invalid-request` when there is no such folder, `forbidden` naming the setting when it lies outside of what
   * requests may name: the profile's workspace and the allowed folders, all compared by real path. `param` is given by the caller.
   */
  resolve(path: string, profile: Profile, param: string): Promise<string>;
  /** What `open` will return, where that is known without a look at the disk: a live session is taken before anything waits. */
  expected(conversationId: ConversationId, profile: Profile): string | undefined;
  /**
   * The folder that a conversation works in: the profile's workspace, or one of its own that is made from it on first use.
   * `from`: the conversation that this one branches off, whose folder it begins with.
   * @throws AppError `engine-failed` when the workspace is gone or the folder cannot be made
   */
  open(
    conversationId: ConversationId,
    profile: Profile,
    signal: AbortSignal,
    from?: ConversationId,
  ): Promise<string>;
}
