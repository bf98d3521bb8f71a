import { constants } from "node:fs";
import { open } from "node:fs/promises";

import type { JsonObject } from "../../core/words/client-tool.ts";
import { formatUnifiedDiff, hunksBetween } from "../../core/file-changes/unified-diff.ts";
import { isRecord } from "../../lib/is-record.ts";

/** What a call would change, as the lines of a diff, and the names of the input fields that the diff covers. */
export interface CallDiff {
  readonly lines: readonly string[];
  readonly tells: readonly string[];
}

interface Edit {
  readonly before: string;
  readonly after: string;
  readonly isEverywhere: boolean;
}

/** For a larger file, the input is shown instead. */
const MAX_FILE_BYTES = 2 * 1024 * 1024;

/** A pipe without a writer must not block the question. */
const NON_BLOCKING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Undefined when the call is not an edit of a file. Reads the file to show where in it the change is. */
export async function diffOfCall(toolName: string, input: JsonObject): Promise<CallDiff | undefined> {
  const { file_path: path, content } = input;
  if (typeof path !== "string") return undefined;
  if (toolName === "Write" && typeof content === "string") {
    const before = await readText(path);
    const hunks = hunksBetween(before ?? "", content);
    return {
      lines: toLines(formatUnifiedDiff(path, hunks, before === undefined)),
      tells: ["file_path", "content"],
    };
  }
  const edits = editsOf(toolName, input);
  if (!edits) return undefined;
  const tells = ["file_path", "old_string", "new_string", "replace_all", "edits"];
  return { lines: await diffOfEdits(path, edits), tells };
}

async function diffOfEdits(path: string, edits: readonly Edit[]): Promise<readonly string[]> {
  const before = await readText(path);
  const after = edits.reduce(applyEdit, before ?? "");
  if (after !== undefined) {
    return toLines(formatUnifiedDiff(path, hunksBetween(before ?? "", after), before === undefined));
  }
  // The place in the file cannot be found; that may be the reason why the call will fail.
  const places = edits.flatMap((edit) => hunksBetween(`${edit.before}\n`, `${edit.after}\n`));
  const everywhere = edits.some(({ isEverywhere }) => isEverywhere) ? ["(everywhere in the file)"] : [];
  return [`--- ${path}`, `+++ ${path}`, ...everywhere, ...places.flatMap(({ lines }) => ["@@", ...lines])];
}

function editsOf(toolName: string, input: JsonObject): readonly Edit[] | undefined {
  if (toolName !== "Edit" && toolName !== "MultiEdit") return undefined;
  const given: unknown[] = Array.isArray(input["edits"]) ? input["edits"] : [input];
  const edits = given.map(toEdit);
  return edits.every((edit) => edit !== undefined) ? edits : undefined;
}

function toEdit(given: unknown): Edit | undefined {
  if (!isRecord(given)) return undefined;
  const { old_string: before, new_string: after, replace_all: isEverywhere } = given;
  if (typeof before !== "string" || typeof after !== "string") return undefined;
  return { before, after, isEverywhere: isEverywhere === true };
}

/** Undefined when the text does not contain what is to be replaced. */
function applyEdit(text: string | undefined, { before, after, isEverywhere }: Edit): string | undefined {
  if (text === undefined) return undefined;
  // This is how a new file is written.
  if (before === "") return text === "" ? after : undefined;
  const at = text.indexOf(before);
  if (at < 0) return undefined;
  if (isEverywhere) return text.split(before).join(after);
  return text.slice(0, at) + after + text.slice(at + before.length);
}

/** Undefined when there is no such file, or it cannot be shown. */
async function readText(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, NON_BLOCKING);
    try {
      const stat = await file.stat();
      if (!stat.isFile() || stat.size > MAX_FILE_BYTES) return undefined;
      return await file.readFile("utf8");
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

function toLines(text: string): readonly string[] {
  return text.trimEnd().split("\n");
}
