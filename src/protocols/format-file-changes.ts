import type { FileChanged, FilesChanged } from "../core/words/turn-event.ts";
import { type FileChangeBody, formatFileChange } from "./format-file-change.ts";

/** A change as a tool of Claude Code's made it. */
export interface LiveFileChangeBody extends FileChangeBody {
  /** The call that made it. */
  readonly activity_id: string;
}

/** All that came of a turn in its workspace. */
export interface FileChangesBody {
  readonly file_changes: readonly FileChangeBody[];
  /** Only when there were more changes than are told. */
  readonly file_changes_incomplete?: true;
}

export function formatLiveFileChange({ activityId, change }: FileChanged): LiveFileChangeBody {
  return { activity_id: activityId, ...formatFileChange(change) };
}

export function formatFileChanges({ changes, isComplete }: FilesChanged): FileChangesBody {
  return {
    file_changes: changes.map(formatFileChange),
    ...(!isComplete && { file_changes_incomplete: true }),
  };
}
