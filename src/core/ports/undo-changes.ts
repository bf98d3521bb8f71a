import type { KeptFileChange } from "./workspace-snapshots.ts";

/** The outcome of an undo: everything or nothing. */
export type RestoredChanges =
  | { readonly type: "restored"; readonly paths: readonly string[] }
  /** These files are no longer as the turn left them, so nothing was written. */
  | { readonly type: "conflict"; readonly paths: readonly string[] };

/**
 * Restores files to their state before a turn. Writes only if every file is still as the turn left it, and only inside the
 * folder: a symlink that leads out of it counts as a changed file.
 * @param folder absolute real path
 */
export type RestoreChanges = (
  folder: string,
  changes: readonly KeptFileChange[],
  signal: AbortSignal,
) => Promise<RestoredChanges>;
