import type { FileChange } from "../words/file-change.ts";
import type { KeptFileChange } from "../ports/workspace-snapshots.ts";

/** A change as it is reported: without the contents before and after. */
export function withoutContents({ type, path, previousPath, diff }: KeptFileChange): FileChange {
  return {
    type,
    path,
    ...(previousPath !== undefined && { previousPath }),
    ...(diff !== undefined && { diff }),
  };
}
