import type { KeptFileChange } from "../../core/ports/workspace-snapshots.ts";

/**
 * Lets go of contents beyond what is kept for one turn. A change keeps both of its contents or none, since an undo needs both;
 * small ones after a large one are kept still.
 */
export function chooseKeptContents(
  changes: readonly KeptFileChange[],
  maxBytes: number,
): readonly KeptFileChange[] {
  let left = maxBytes;
  return changes.map((change) => {
    const { before, after, ...rest } = change;
    const bytes = (before?.byteLength ?? 0) + (after?.byteLength ?? 0);
    if (bytes > left) return rest;
    left -= bytes;
    return change;
  });
}
