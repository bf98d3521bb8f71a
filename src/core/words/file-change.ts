/** One file of a workspace that is not as it was. Plain JSON, fit for events. */
export interface FileChange {
  readonly type: "created" | "changed" | "deleted" | "renamed";
  /** Relative to the workspace, parts joined by `/`. Of a file outside of it: absolute. */
  readonly path: string;
  /** Of a renamed file: where it was. */
  readonly previousPath?: string;
  /** Unified diff with file headers. Absent: the file is no text, is too large, or its text before is not known. */
  readonly diff?: string;
  /** Under which its content after the turn can be had; absent when none is kept. */
  readonly contentId?: string;
}

/** What came of a turn in its workspace. */
export interface FileChanges {
  readonly changes: readonly FileChange[];
  /** False when there were more changes, or more files, than are looked at. */
  readonly isComplete: boolean;
}
