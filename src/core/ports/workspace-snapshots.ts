import type { FileChange } from "../words/file-change.ts";

/** A change with what is kept of the file, for download and undo. */
export interface KeptFileChange extends Omit<FileChange, "contentId"> {
  /** Content before and after; absent when there was no file, or when it is not known or too large to keep. */
  readonly before?: Uint8Array;
  readonly after?: Uint8Array;
  /** POSIX mode bits of the file before and after, for undo; absent when unknown. */
  readonly modeBefore?: number;
  readonly modeAfter?: number;
}

export interface ComparedWorkspace {
  /** Sorted by path. Empty when nothing changed. */
  readonly changes: readonly KeptFileChange[];
  /** False when the bounds on files or bytes cut the comparison short. */
  readonly isComplete: boolean;
}

/** How a workspace was at one moment. */
export interface WorkspaceSnapshot extends AsyncDisposable {
  /** What is different now. May be called more than once. */
  compare(signal: AbortSignal): Promise<ComparedWorkspace>;
}

/** Looks at workspaces, so that what any command changed in them is known. */
export interface WorkspaceSnapshots {
  /** @param folder absolute real path */
  take(folder: string, signal: AbortSignal): Promise<WorkspaceSnapshot>;
  /** Whether a look at this folder took long the last time; absent: never. */
  isSlow?(folder: string): boolean;
}
