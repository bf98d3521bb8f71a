import type { FileChange } from "../words/file-change.ts";
import type { ConversationId } from "../words/ids.ts";

/** A folder that belongs to one conversation alone. */
export interface ConversationFolder {
  readonly conversationId: ConversationId;
  /** What it really is: where the workspace is in no git repository, a copy stands in for a worktree. */
  readonly isolation: "worktree" | "copy";
  /** Absolute path of the workspace that it was made from. */
  readonly base: string;
  /** Absolute path of the folder that stands for it. */
  readonly folder: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface FolderDiff {
  readonly isolation: ConversationFolder["isolation"];
  /** One unified diff of all text files, as git writes it; files that are no text, or too large, are only named in it. */
  readonly diff: string;
  /** Sorted by path. */
  readonly changes: readonly FileChange[];
  /** False when the diff of a text file was left out because there is too much of it. */
  readonly isComplete: boolean;
}

/** What came of bringing the changes home. All or nothing: with conflicts, nothing was written. */
export interface FolderApply {
  /** Paths relative to the workspace, sorted. */
  readonly applied: readonly string[];
  /** Files of the workspace that were changed to something else meanwhile. */
  readonly conflicts: readonly string[];
}

/** The folders of conversations that do not share their workspace. They stay until they are removed by name. */
export interface ConversationFolders {
  find(conversationId: ConversationId): Promise<ConversationFolder | undefined>;
  /** All of them, those that were made first in front. */
  list(): Promise<readonly ConversationFolder[]>;
  /**
   * What the conversation changed since its folder was made, or since its changes were applied. Undefined when it has no
   * folder of its own.
   */
  diff(conversationId: ConversationId, signal: AbortSignal): Promise<FolderDiff | undefined>;
  /**
   * Brings the changes into the workspace. A file that was changed there as well is merged where the changes do not touch.
   * @throws AppError `engine-failed` when the workspace is gone or cannot be written; then nothing is changed in it
   */
  apply(conversationId: ConversationId, signal: AbortSignal): Promise<FolderApply | undefined>;
  /** Deletes the folder and all that was kept for it. False when there is none. */
  remove(conversationId: ConversationId): Promise<boolean>;
}
