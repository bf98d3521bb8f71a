import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

import { earlierPart, LARGE_LOG_BYTES } from "../../observability/bound-file.ts";

/** What a server in the background prints, and its log unless that goes to a file of its own. */
export function outputFile(dataDir: string): string {
  return join(dataDir, "server.log");
}

/** Opens the file for a new server to append to, a new one when it is large. Only this user can read it. */
export function openOutput(dataDir: string): { readonly descriptor: number; readonly from: number } {
  const file = outputFile(dataDir);
  if (sizeOf(file) > LARGE_LOG_BYTES) {
    rmSync(earlierPart(file), { force: true });
    renameSync(file, earlierPart(file));
  }
  return { descriptor: openSync(file, "a", 0o600), from: sizeOf(file) };
}

export function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}

const PIECE_BYTES = 64 * 1024;

/** The last lines of a file from `from` on that are wanted, read from its end. `end` is where they end. */
export function readLastLines(
  file: string,
  count: number,
  from = 0,
  isWanted: (line: string) => boolean = () => true,
): { readonly lines: readonly string[]; readonly end: number } {
  const end = sizeOf(file);
  if (end <= from || count <= 0) return { lines: [], end };
  const descriptor = openSync(file, "r");
  try {
    const lines: string[] = [];
    for (const line of linesFromEnd(descriptor, from, end)) {
      if (isWanted(line)) lines.push(line);
      if (lines.length === count) break;
    }
    return { lines: lines.toReversed(), end };
  } finally {
    closeSync(descriptor);
  }
}

const NEWLINE = 10;

/** The last one first, whether or not a newline ends it. */
function* linesFromEnd(descriptor: number, from: number, end: number): Generator<string, void> {
  // Of the line whose beginning is not read yet: the pieces after that, in their order.
  let rest: readonly Buffer[] = [];
  let isEmptyEnd = true;
  const take = (beginning: Buffer): string => {
    const line = Buffer.concat([beginning, ...rest]).toString("utf8");
    rest = [];
    return line;
  };
  for (let at = end; at > from;) {
    const piece = Buffer.alloc(Math.min(PIECE_BYTES, at - from));
    at -= piece.length;
    readSync(descriptor, piece, 0, piece.length, at);
    let cut = piece.length;
    for (let newline = lastNewline(piece, cut); newline >= 0; newline = lastNewline(piece, cut)) {
      const line = take(piece.subarray(newline + 1, cut));
      // Behind the newline that ends the file there is no line.
      if (!isEmptyEnd || line !== "") yield line;
      isEmptyEnd = false;
      cut = newline;
    }
    rest = [piece.subarray(0, cut), ...rest];
  }
  yield take(Buffer.alloc(0));
}

function lastNewline(bytes: Buffer, before: number): number {
  return bytes.subarray(0, before).lastIndexOf(NEWLINE);
}
