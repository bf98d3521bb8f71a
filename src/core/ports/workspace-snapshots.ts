import type { FileChange } from "../words/file-change.ts";

/** A change with the kept contents of the file, for download and undo. */
export interface KeptFileChange extends Omit<FileChange, "contentId"> {
  /** Content before and after; absent when there was no file, or when the content is unknown or too large to keep. */
  readonly before?: Uint8Array;
  readonly after?: Uint8Array;
  /** POSIX mode bits of the file before and after, for undo; absent when unknown. */
  readonly modeBefore?: number;
  readonly modeAfter?: number;
}

export interface ComparedWorkspace {
  /** Sorted by path. Empty when nothing changed. */
  readonly changes: readonly KeptFileChange[];
  /** False when the limits on files or bytes cut the comparison short. */
  readonly isComplete: boolean;
}

/** The state of a workspace at one moment. */
export interface WorkspaceSnapshot extends AsyncDisposable {
  /** What has changed since then. May be called more than once. */
  compare(signal: AbortSignal): Promise<ComparedWorkspace>;
}

/** Examines workspaces, so that changes by any command are known. */
export interface WorkspaceSnapshots {
  /** @param folder absolute real path */
  take(folder: string, signal: AbortSignal): Promise<WorkspaceSnapshot>;
  /** Whether examining this folder took long the last time; if this method is absent, it never does. */
  isSlow?(folder: string): boolean;
}
