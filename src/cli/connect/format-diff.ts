import { maskSecret } from "../../config/show/mask-secret.ts";
import { hunksBetween } from "../../core/file-changes/unified-diff.ts";
import { type Line, styled } from "../../lib/styled-line.ts";
import { maskLine } from "./mask-line.ts";
import type { PreparedFile } from "./prepare-files.ts";

/** What would change in a file, for a person; neither the key is shown nor, in a file for secrets, another; what goes may be one in any file. */
export function formatDiff(
  { path, before, after, format, isSecret, state }: Omit<PreparedFile, "warnings">,
  key: string,
): readonly Line[] {
  const head = [styled("bold", path), state === "new" ? " (new)" : ""];
  if (before === after) return [head, "  only its mode: no longer open to others"];
  const lines = hunksBetween(before ?? "", after).flatMap((hunk, index) => [
    ...(index === 0 ? [] : ["…"]),
    ...hunk.lines.flatMap((line) => line.split("\n")),
  ]);
  const masked = (line: string) => {
    // The first character says what becomes of the line; a backslash begins a remark.
    const isOfFile = (isSecret && !line.startsWith("\\")) || (line.startsWith("-") && !NUMBER.test(line));
    const shown = isOfFile ? line.slice(0, 1) + maskLine(line.slice(1), format) : line;
    return shown.replaceAll(key, maskSecret(key)).replaceAll("\t", "  ");
  };
  return [head, ...lines.map((line) => colored(masked(line)))];
}

/** A line whose value is one, such as of `max_tokens`. */
const NUMBER = /[:=]\s*\d+,?$/;

function colored(line: string): Line {
  if (line.startsWith("+")) return styled("green", line);
  return line.startsWith("-") ? styled("red", line) : line;
}
