import { assertNever } from "../../../lib/assert-never.ts";
import type { FileChange } from "../../../core/words/file-change.ts";

/** A change as an operation of OpenAI's apply_patch tool, with a remark on what that cannot express. */
export interface ChangeOperation {
  readonly operation:
    | { readonly type: "create_file" | "update_file"; readonly path: string; readonly diff: string }
    | { readonly type: "delete_file"; readonly path: string };
  readonly remark: string;
}

/**
 * Describes what happened to a file. A rename is two operations, since apply_patch has none for it; the content of the file at
 * its new place is not known here.
 */
export function changeOperations({ type, path, previousPath, diff }: FileChange): readonly ChangeOperation[] {
  const remark = diff === undefined ? "There is no text to show of it." : "";
  switch (type) {
    case "created":
      return [{ operation: { type: "create_file", path, diff: createdDiff(diff ?? "") }, remark }];
    case "changed":
      return [{ operation: { type: "update_file", path, diff: updatedDiff(diff ?? "") }, remark }];
    case "deleted":
      return [{ operation: { type: "delete_file", path }, remark: "" }];
    case "renamed": {
      const from = previousPath ?? "";
      const changes = updatedDiff(diff ?? "");
      return [
        { operation: { type: "delete_file", path: from }, remark: `Renamed to ${path}.` },
        {
          operation: { type: "create_file", path, diff: "" },
          remark: changes === "" ? `Renamed from ${from}.` : `Renamed from ${from}, and changed:\n${changes}`,
        },
      ];
    }
    default:
      return assertNever(type);
  }
}

/** Hunks without line numbers, as the apply_patch tool writes them. */
function updatedDiff(diff: string): string {
  return hunkLines(diff)
    .filter((line) => !line.startsWith("\\"))
    .map((line) => (line.startsWith("@@") ? "@@" : line))
    .join("\n");
}

/** All lines with a `+`; a trailing line break becomes an empty last line. */
function createdDiff(diff: string): string {
  const lines = hunkLines(diff);
  const added = lines.filter((line) => line.startsWith("+"));
  const endsInLine = lines.at(-1)?.startsWith("\\") ?? false;
  return [...added, ...(added.length > 0 && !endsInLine ? ["+"] : [])].join("\n");
}

/** The lines below the headers of a unified diff. */
function hunkLines(diff: string): readonly string[] {
  const lines = (diff.endsWith("\n") ? diff.slice(0, -1) : diff).split("\n");
  const first = lines.findIndex((line) => line.startsWith("@@"));
  return first === -1 ? [] : lines.slice(first);
}
