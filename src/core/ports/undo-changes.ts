import type { KeptFileChange } from "./workspace-snapshots.ts";

/** What came of an undo: everything or nothing. */
export type RestoredChanges =
  | { readonly type: "restored"; readonly paths: readonly string[] }
  /** These files are no longer as the turn left them, so nothing was written. */
  | { readonly type: "conflict"; readonly paths: readonly string[] };

/**
 * Puts files back to how they were before a turn. Writes only where each file is still what the turn made of it, and only inside
 * of the folder: symlinks that lead out of it count as changed files.
 * @param folder absolute real path
 */
export type RestoreChanges = (
  folder: string,
  changes: readonly KeptFileChange[],
  signal: AbortSignal,
) => Promise<RestoredChanges>;
