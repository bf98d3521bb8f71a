import type { FileChange } from "../../core/words/file-change.ts";
import type { TurnId } from "../../core/words/ids.ts";
import type { Page } from "../../core/ports/completion-store.ts";
import type { TurnChanges } from "../../core/ports/file-change-store.ts";
import { type FileChangeBody, formatFileChange } from "../format-file-change.ts";

/** What one turn changed. Times are milliseconds since the epoch, as in Turnpike's conversation object. */
export interface TurnChangesBody {
  readonly object: "turn.changes";
  readonly turn_id: string;
  readonly conversation_id: string;
  readonly changed_at: number;
  readonly undone_at: number | null;
  /** False when there were more changes or files than are examined. */
  readonly is_complete: boolean;
  readonly changes: readonly FileChangeBody[];
}

export interface TurnChangesListBody {
  readonly object: "list";
  readonly data: readonly TurnChangesBody[];
  readonly has_more: boolean;
}

export interface TurnUndoBody {
  readonly object: "turn.undo";
  readonly turn_id: string;
  readonly restored: readonly string[];
}

export function formatTurnChanges(turn: TurnChanges<FileChange>): TurnChangesBody {
  return {
    object: "turn.changes",
    turn_id: turn.turnId,
    conversation_id: turn.conversationId,
    changed_at: turn.changedAt,
    undone_at: turn.undoneAt ?? null,
    is_complete: turn.isComplete,
    changes: turn.changes.map(formatFileChange),
  };
}

export function formatTurnChangesList({
  items,
  hasMore,
}: Page<TurnChanges<FileChange>>): TurnChangesListBody {
  return { object: "list", data: items.map(formatTurnChanges), has_more: hasMore };
}

export function formatTurnUndo(turnId: TurnId, restored: readonly string[]): TurnUndoBody {
  return { object: "turn.undo", turn_id: turnId, restored };
}
