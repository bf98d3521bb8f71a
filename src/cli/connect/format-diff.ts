import { maskSecret } from "../../config/show/mask-secret.ts";
import { hunksBetween } from "../../core/file-changes/unified-diff.ts";
import { type Line, styled } from "../../lib/styled-line.ts";
import type { PreparedFile } from "./prepare-files.ts";

/** What would change in a file, for a person; the key is not shown. */
export function formatDiff({ path, before, after, state }: PreparedFile, key: string): readonly Line[] {
  const head = [styled("bold", path), state === "new" ? " (new)" : ""];
  if (before === after) return [head, "  only its mode: no longer open to others"];
  const lines = hunksBetween(before ?? "", after).flatMap((hunk, index) => [
    ...(index === 0 ? [] : ["…"]),
    ...hunk.lines.flatMap((line) => line.split("\n")),
  ]);
  return [
    head,
    ...lines.map((line) => colored(line.replaceAll(key, maskSecret(key)).replaceAll("\t", "  "))),
  ];
}

function colored(line: string): Line {
  if (line.startsWith("+")) return styled("green", line);
  return line.startsWith("-") ? styled("red", line) : line;
}
