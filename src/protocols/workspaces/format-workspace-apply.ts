import { AppError } from "../../core/words/app-error.ts";

const MAX_NAMED = 20;

/** The files that were brought into the workspace. */
export interface WorkspaceApplyBody {
  readonly object: "workspace.apply";
  readonly conversation_id: string;
  readonly applied: readonly string[];
}

export function formatWorkspaceApply(conversationId: string, applied: readonly string[]): WorkspaceApplyBody {
  return { object: "workspace.apply", conversation_id: conversationId, applied };
}

/** Names the files; the error's `param` has them alone. */
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
