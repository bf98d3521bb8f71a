import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from "node:fs";

import { codeOf } from "./error-code.ts";

/** Beyond it a pipe or a device, such as /dev/zero, is not what was meant. */
const MAX_BYTES = 16 * 1024 * 1024;

/** How long a pipe's writer may say nothing. */
const MAX_SILENCE_MS = 10_000;

const LOOK_MS = 20;

/** It is not a file, and nothing can be read of it. The message stands behind its name: "is a pipe that nobody writes into". */
export class UnreadablePipe extends Error {
  override readonly name = "UnreadablePipe";
}

/**
 * Reads a file, or what a program writes into a pipe until it closes it (`--config <(…)`, /dev/stdin), without waiting for one that
 * never comes.
 * @throws UnreadablePipe, or the system's error
 */
export function readWholeText(path: string): string {
  // Otherwise opening a pipe waits for its writer.
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(descriptor);
    if (stats.isFile() || stats.isDirectory()) return readFileSync(descriptor, "utf8");
    const bytes = readPieces(descriptor);
    if (bytes.length === 0 && stats.isFIFO()) throw new UnreadablePipe("is a pipe that nobody writes into");
    return bytes.toString("utf8");
  } finally {
    closeSync(descriptor);
  }
}

function readPieces(descriptor: number): Buffer {
  const pieces: Buffer[] = [];
  const room = Buffer.alloc(65_536);
  let [total, silentMs] = [0, 0];
  for (;;) {
    const count = readNow(descriptor, room);
    if (count === 0) return Buffer.concat(pieces);
    if (count === undefined) {
      if (silentMs >= MAX_SILENCE_MS) throw new UnreadablePipe("has a writer that says nothing");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS);
      silentMs += LOOK_MS;
      continue;
    }
    silentMs = 0;
    total += count;
    if (total > MAX_BYTES) throw new UnreadablePipe("does not end");
    pieces.push(Buffer.from(room.subarray(0, count)));
  }
}

/** Undefined when nothing is there yet. */
function readNow(descriptor: number, room: Buffer): number | undefined {
  try {
    return readSync(descriptor, room);
  } catch (error) {
    if (codeOf(error) === "EAGAIN") return undefined;
    throw error;
  }
}
