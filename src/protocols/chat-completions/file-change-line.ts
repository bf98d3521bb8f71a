import { assertNever } from "../../lib/assert-never.ts";
import type { FileChange } from "../../core/words/file-change.ts";

/** What became of a file, in one line: `Changed src/x.ts (+3 −1)`. */
export function describeFileChange({ type, path, previousPath, diff }: FileChange): string {
  const counts = diff === undefined ? "" : countLines(diff);
  switch (type) {
    case "created":
      return `Created ${path}${counts}`;
    case "changed":
      return `Changed ${path}${counts}`;
    case "deleted":
      return `Deleted ${path}`;
    case "renamed":
      return `Renamed ${previousPath ?? "a file"} to ${path}${counts}`;
    default:
      return assertNever(type);
  }
}

/** Only what stands in hunks counts: the headers of the files begin with the same signs. */
function countLines(diff: string): string {
  let isInHunk = false;
  let added = 0;
  let removed = 0;
  for (const line of diff.split("\n")) {
    if (line.startsWith("@@")) isInHunk = true;
    else if (!isInHunk) continue;
    else if (line.startsWith("+")) added += 1;
    else if (line.startsWith("-")) removed += 1;
  }
  return added + removed === 0 ? "" : ` (+${added} −${removed})`;
}
