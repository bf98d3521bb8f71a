import { isRecord } from "../../../lib/is-record.ts";
import type { JsonObject } from "../../../core/words/client-tool.ts";
import { textOr } from "../read-object.ts";

/** A change of one file, with its diff in the format of OpenAI's apply_patch tool. */
export interface FileChange {
  readonly type: "create_file" | "update_file";
  readonly path: string;
  readonly diff: string;
}

/** What a tool of Claude Code's was told to change. */
export function changeFromInput(name: "Write" | "Edit" | "NotebookEdit", input: JsonObject): FileChange {
  const path = textOr(input["file_path"] ?? input["notebook_path"], "");
  if (name === "Write") return { type: "create_file", path, diff: added(textOr(input["content"], "")) };
  if (name === "NotebookEdit") {
    return { type: "update_file", path, diff: hunk("", textOr(input["new_source"], "")) };
  }
  const before = textOr(input["old_string"], "");
  const after = textOr(input["new_string"], "");
  if (before === "") return { type: "create_file", path, diff: added(after) };
  return { type: "update_file", path, diff: hunk(before, after) };
}

/** The change that was really made, according to Claude Code's result; what the result does not say stays as planned. */
export function changeFromDetails(planned: FileChange, details: JsonObject): FileChange {
  const path = textOr(details["filePath"] ?? details["notebook_path"], planned.path);
  if (details["type"] === "create") {
    return { type: "create_file", path, diff: added(textOr(details["content"], "")) };
  }
  const diff = diffOf(details["structuredPatch"]);
  if (diff !== "") return { type: "update_file", path, diff };
  if (typeof details["old_source"] === "string") {
    return {
      type: "update_file",
      path,
      diff: hunk(details["old_source"], textOr(details["new_source"], "")),
    };
  }
  // An update without a patch: nothing changed, or there was too much to compare.
  const type = details["type"] === "update" ? "update_file" : planned.type;
  return { type, path, diff: type === planned.type ? planned.diff : "" };
}

/** The hunks' lines, which begin with a space, `-` or `+`. */
function diffOf(patch: unknown): string {
  if (!Array.isArray(patch)) return "";
  return patch
    .map((part: unknown) => {
      const lines = isRecord(part) && Array.isArray(part["lines"]) ? part["lines"] : [];
      // The remark about a missing line break at the end is not a line of the file.
      const shown = lines.filter((line) => typeof line === "string" && !line.startsWith("\\"));
      return shown.length === 0 ? "" : ["@@", ...shown].join("\n");
    })
    .filter((part) => part !== "")
    .join("\n");
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
