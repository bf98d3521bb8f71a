import type { JsonObject } from "../../../core/words/client-tool.ts";
import type { FileEdit } from "../../../core/words/work.ts";
import { readHunkLines } from "./structured-patch.ts";

/** What one of Claude Code's tools was told to change. */
export function plannedEdit(name: "Write" | "Edit" | "NotebookEdit", input: JsonObject): FileEdit {
  const path = textOr(input["file_path"] ?? input["notebook_path"], "");
  if (name === "Write") return { isNew: true, path, diff: added(textOr(input["content"], "")) };
  if (name === "NotebookEdit") {
    return { isNew: false, path, diff: hunk("", textOr(input["new_source"], "")) };
  }
  const before = textOr(input["old_string"], "");
  const after = textOr(input["new_string"], "");
  if (before === "") return { isNew: true, path, diff: added(after) };
  return { isNew: false, path, diff: hunk(before, after) };
}

/** What was really changed, from Claude Code's own account. What the account does not say stays as it was planned. */
export function madeEdit(planned: FileEdit, details: JsonObject): FileEdit {
  const path = textOr(details["filePath"] ?? details["notebook_path"], planned.path);
  if (details["type"] === "create") {
    return { isNew: true, path, diff: added(textOr(details["content"], "")) };
  }
  const hunks = readHunkLines(details["structuredPatch"]);
  const diff = hunks.flatMap((lines) => ["@@", ...lines]).join("\n");
  if (diff !== "") return { isNew: false, path, diff };
  if (typeof details["old_source"] === "string") {
    return {
      isNew: false,
      path,
      diff: hunk(details["old_source"], textOr(details["new_source"], "")),
    };
  }
  // An update without a patch: nothing changed, or there was too much to compare.
  const isNew = details["type"] === "update" ? false : planned.isNew;
  return { isNew, path, diff: isNew === planned.isNew ? planned.diff : "" };
}

function hunk(before: string, after: string): string {
  const removed = before === "" ? [] : linesOf(before).map((line) => `-${line}`);
  return ["@@", ...removed, ...linesOf(after).map((line) => `+${line}`)].join("\n");
}

function added(text: string): string {
  return text === ""
    ? ""
    : text
        .split("\n")
        .map((line) => `+${line}`)
        .join("\n");
}

function linesOf(text: string): readonly string[] {
  if (text === "") return [];
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === "string" ? value : fallback;
}
