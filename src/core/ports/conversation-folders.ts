import type { FileChange } from "../words/file-change.ts";
import type { ConversationId } from "../words/ids.ts";

/** A folder that belongs to one conversation alone. */
export interface ConversationFolder {
  readonly conversationId: ConversationId;
  /** The actual kind: where the workspace is not in a git repository, a copy replaces a worktree. */
  readonly isolation: "worktree" | "copy";
  /** Absolute path of the workspace that it was made from. */
  readonly base: string;
  /** Absolute path of the folder that replaces it. */
  readonly folder: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface FolderDiff {
  readonly isolation: ConversationFolder["isolation"];
  /** One unified diff of all text files, as git writes it; files that are not text, or are too large, are only named in it. */
  readonly diff: string;
  /** Sorted by path. */
  readonly changes: readonly FileChange[];
  /** False when the diff of a text file was left out because of its size. */
  readonly isComplete: boolean;
}

/** The outcome of applying the changes. All or nothing: with conflicts, nothing was written. */
export interface FolderApply {
  /** Paths relative to the workspace, sorted. */
  readonly applied: readonly string[];
  /** Files of the workspace that have changed differently in the meantime. */
  readonly conflicts: readonly string[];
}

/** The folders of conversations that do not share their workspace. They stay until they are removed by name. */
export interface ConversationFolders {
  find(conversationId: ConversationId): Promise<ConversationFolder | undefined>;
  /** All of them, the oldest first. */
  list(): Promise<readonly ConversationFolder[]>;
  /**
   * What the conversation changed since its folder was made, or since its changes were applied. Undefined when it has no
   * folder of its own.
   */
  diff(conversationId: ConversationId, signal: AbortSignal): Promise<FolderDiff | undefined>;
  /**
   * Brings the changes into the workspace. A file that has changed there too is merged if the changes do not overlap.
   * @throws AppError `engine-failed` when the workspace is gone or cannot be written; then nothing in it has changed
   */
  apply(conversationId: ConversationId, signal: AbortSignal): Promise<FolderApply | undefined>;
  /** Deletes the folder and everything kept for it. False when there is none. */
  remove(conversationId: ConversationId): Promise<boolean>;
}
