import type { ConversationId } from "../words/ids.ts";
import type { Profile } from "../words/profile.ts";

/** Which folders turns may work in, and each conversation's folder. */
export interface WorkspaceFolders {
  /**
   * The real path of a folder that a request names, which may be relative to the profile's workspace.
   * @throws AppError `invalid-request` when the folder does not exist; `forbidden`, naming the setting, when it lies outside
   * the folders that requests may name: the profile's workspace and the allowed folders, all compared by real path. The caller
   * gives `param`.
   */
  resolve(path: string, profile: Profile, param: string): Promise<string>;
  /**
   * What `open` will return, if that is known without accessing the disk: a live session must be taken before anything is
   * awaited.
   */
  expected(conversationId: ConversationId, profile: Profile): string | undefined;
  /**
   * The folder that a conversation works in: the profile's workspace, or its own folder, made from the workspace on first use.
   * `from`: the conversation that this one branches off from, whose folder it starts with.
   * @throws AppError `engine-failed` when the workspace is gone or the folder cannot be made
   */
  open(
    conversationId: ConversationId,
    profile: Profile,
    signal: AbortSignal,
    from?: ConversationId,
  ): Promise<string>;
}
