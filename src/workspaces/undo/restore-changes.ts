import { AppError } from "../../core/words/app-error.ts";
import type { RestoreChanges } from "../../core/ports/undo-changes.ts";
import { findConflicts } from "./find-conflicts.ts";
import { Restoring } from "./restoring.ts";

/** Restores all files, or restores none and reports which are in conflict. */
export const restoreChanges: RestoreChanges = async (folder, changes, signal) => {
  const conflicts = await findConflicts(folder, changes, signal);
  if (conflicts.length > 0) return { type: "conflict", paths: conflicts.toSorted() };
  signal.throwIfAborted();
  const restoring = new Restoring(folder);
  try {
    await restoring.restore(changes);
  } catch (cause) {
    await restoring.takeBack();
    throw new AppError(
      { kind: "engine-failed", message: "The files could not be written, so nothing was undone." },
      { cause },
    );
  }
  await restoring.finish(changes);
  const paths = changes.map(({ path, previousPath }) => previousPath ?? path);
  return { type: "restored", paths: paths.toSorted() };
};
