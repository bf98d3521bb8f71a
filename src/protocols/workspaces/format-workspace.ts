import type { FolderDiff } from "../../core/ports/conversation-folders.ts";
import { type FileChangeBody, formatFileChange } from "../format-file-change.ts";
import { AppError } from "../../core/words/app-error.ts";

/** The changes of a conversation in its own folder, compared with the workspace that it was made from. */
interface WorkspaceDiffBody {
  readonly object: "workspace.diff";
  readonly conversation_id: string;
  readonly isolation: FolderDiff["isolation"];
  /** False when a text file's diff was left out for its size. */
  readonly is_complete: boolean;
  /** Everything as one patch; also available alone, with `Accept: text/x-diff` or `?format=patch`. */
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

const MAX_NAMED = 20;

/** The files that were brought into the workspace. */
interface WorkspaceApplyBody {
  readonly object: "workspace.apply";
  readonly conversation_id: string;
  readonly applied: readonly string[];
}

export function formatWorkspaceApply(conversationId: string, applied: readonly string[]): WorkspaceApplyBody {
  return { object: "workspace.apply", conversation_id: conversationId, applied };
}

/** An error that names the files; its `param` has only the names. */
export function applyConflict(conflicts: readonly string[]): AppError {
  const named = conflicts.slice(0, MAX_NAMED).join(", ");
  const more = conflicts.length > MAX_NAMED ? ` and ${conflicts.length - MAX_NAMED} more` : "";
  return new AppError({
    kind: "conflict",
    message:
      `Nothing was applied: the workspace has other changes in ${named}${more}. Bring them together, in the workspace ` +
      "or in the conversation, and apply again.",
    param: named,
  });
}
