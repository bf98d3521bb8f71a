import type { FolderDiff } from "../../core/ports/conversation-folders.ts";
import { type FileChangeBody, formatFileChange } from "../format-file-change.ts";

/** What a conversation changed in its own folder, against the workspace that it was made from. */
export interface WorkspaceDiffBody {
  readonly object: "workspace.diff";
  readonly conversation_id: string;
  readonly isolation: FolderDiff["isolation"];
  /** False when a text file's diff was left out because there is too much of it. */
  readonly is_complete: boolean;
  /** All of it as one patch; also had alone, with `Accept: text/x-diff` or `?format=patch`. */
  readonly diff: string;
  readonly changes: readonly FileChangeBody[];
}

export function formatWorkspaceDiff(
  conversationId: string,
  { isolation, isComplete, diff, changes }: FolderDiff,
): WorkspaceDiffBody {
  return {
    object: "workspace.diff",
    conversation_id: conversationId,
    isolation,
    is_complete: isComplete,
    diff,
    changes: changes.map(formatFileChange),
  };
}
