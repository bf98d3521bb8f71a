import type { FileChanged, FilesChanged } from "../core/words/turn-event.ts";
import { type FileChangeBody, formatFileChange } from "./format-file-change.ts";

/** A change that one of Claude Code's tools made. */
export interface LiveFileChangeBody extends FileChangeBody {
  /** The call that made it. */
  readonly activity_id: string;
}

/** Everything that a turn changed in its workspace. */
export interface FileChangesBody {
  readonly file_changes: readonly FileChangeBody[];
  /** Only when there were more changes than are listed. */
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
