/** A change to one file of a workspace. Plain JSON, fit for events. */
export interface FileChange {
  readonly type: "created" | "changed" | "deleted" | "renamed";
  /** Relative to the workspace, parts joined by `/`; absolute for a file outside it. */
  readonly path: string;
  /** The earlier path of a renamed file. */
  readonly previousPath?: string;
  /** Unified diff with file headers. Absent when the file is not text, is too large, or its earlier text is not known. */
  readonly diff?: string;
  /** Id under which the content after the turn can be fetched; absent when it is not kept. */
  readonly contentId?: string;
}

/** What a turn changed in its workspace. */
export interface FileChanges {
  readonly changes: readonly FileChange[];
  /** False when there were more changes, or more files, than are examined. */
  readonly isComplete: boolean;
}
