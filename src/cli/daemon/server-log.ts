import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** What a server in the background prints, and its log unless that goes to a file of its own. */
export function outputFile(dataDir: string): string {
  return join(dataDir, "server.log");
}

/** Beyond this size, the next start begins a new file and keeps the last one. */
const LARGE_BYTES = 10 * 1024 * 1024;

/** Opens the file for a new server to append to. Only this user can read it. */
export function openOutput(dataDir: string): { readonly descriptor: number; readonly from: number } {
  const file = outputFile(dataDir);
  if (sizeOf(file) > LARGE_BYTES) {
    rmSync(`${file}.1`, { force: true });
    renameSync(file, `${file}.1`);
  }
  return { descriptor: openSync(file, "a", 0o600), from: sizeOf(file) };
}

export function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}

const PIECE_BYTES = 64 * 1024;

/** The last lines of a file from `from` on, read from its end. `end` is where they end. */
export function readLastLines(
  file: string,
  count: number,
  from = 0,
): { readonly lines: readonly string[]; readonly end: number } {
  const end = sizeOf(file);
  if (end <= from || count <= 0) return { lines: [], end };
  const descriptor = openSync(file, "r");
  try {
    let pieces = Buffer.alloc(0);
    let at = end;
    while (at > from && countLines(pieces) <= count) {
      const length = Math.min(PIECE_BYTES, at - from);
      at -= length;
      const piece = Buffer.alloc(length);
      readSync(descriptor, piece, 0, length, at);
      pieces = Buffer.concat([piece, pieces]);
    }
    const lines = pieces.toString("utf8").split("\n");
    if (lines.at(-1) === "") lines.pop();
    return { lines: lines.slice(-count), end };
  } finally {
    closeSync(descriptor);
  }
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte === 10) count += 1;
  return count;
}
