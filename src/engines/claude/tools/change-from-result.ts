import { relative, resolve, sep } from "node:path";

import { formatUnifiedDiff, type Hunk, hunksBetween } from "../../../core/file-changes/unified-diff.ts";
import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { FileChange } from "../../../core/words/file-change.ts";
import { isInside } from "../../../lib/is-inside.ts";
import type { ToolOutcome } from "./command-result.ts";
import { readHunks } from "./structured-patch.ts";

/** A longer diff is left out, since the content can be fetched. */
const MAX_DIFF_LENGTH = 256 * 1024;

/**
 * What one of Claude Code's tools has changed, according to its own result. Undefined for tools that change no file, for failed
 * calls, and where the result does not say.
 * @param folder the workspace; files in it are named relative to it
 */
export function changeFromResult(
  toolName: string,
  { isError, details }: Pick<ToolOutcome, "isError" | "details">,
  folder: string,
): FileChange | undefined {
  // Staged: held back for a person to look at.
  if (isError || details === undefined || details["staged"] === true) return undefined;
  switch (toolName) {
    case "Write":
      return isCreation(details)
        ? newFile(details["filePath"], details["content"], folder)
        : changed(details["filePath"], readHunks(details["structuredPatch"]), folder);
    case "Edit": {
      const hunks = readHunks(details["structuredPatch"]);
      // An edit that replaces nothing creates the file. On an existing empty file the result looks the same.
      const isNew = details["oldString"] === "" && hunks.every((hunk) => hunk.oldLines === 0);
      return isNew
        ? newFile(details["filePath"], details["newString"], folder)
        : changed(details["filePath"], hunks, folder);
    }
    case "NotebookEdit":
      return typeof details["error"] === "string" && details["error"] !== ""
        ? undefined
        : changed(details["notebook_path"], notebookHunks(details), folder);
    default:
      return undefined;
  }
}

function isCreation(details: JsonObject): boolean {
  return details["type"] === "create";
}

function newFile(path: unknown, content: unknown, folder: string): FileChange | undefined {
  const name = nameIn(folder, path);
  if (name === undefined) return undefined;
  const isTold = typeof content === "string" && content.length <= MAX_DIFF_LENGTH;
  return withDiff(
    { type: "created", path: name },
    isTold ? formatUnifiedDiff(name, hunksBetween("", content), true) : undefined,
  );
}

/** Without hunks the tool does not know the difference, as for a very large file. */
function changed(path: unknown, hunks: readonly Hunk[], folder: string): FileChange | undefined {
  const name = nameIn(folder, path);
  if (name === undefined) return undefined;
  return withDiff(
    { type: "changed", path: name },
    hunks.length > 0 ? formatUnifiedDiff(name, hunks) : undefined,
  );
}

function withDiff(change: FileChange, diff: string | undefined): FileChange {
  return diff === undefined || diff.length > MAX_DIFF_LENGTH ? change : { ...change, diff };
}

/** Relative, with slashes, if the file lies in the folder; otherwise absolute. */
function nameIn(folder: string, path: unknown): string | undefined {
  if (typeof path !== "string" || path === "") return undefined;
  const absolute = resolve(folder, path);
  const isBelow = absolute !== folder && isInside(absolute, folder);
  return (isBelow ? relative(folder, absolute) : absolute).split(sep).join("/");
}

function notebookHunks(details: JsonObject): readonly Hunk[] {
  const { original_file: before, updated_file: after } = details;
  return typeof before === "string" && typeof after === "string" ? hunksBetween(before, after) : [];
}
