import { mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";

import { destination } from "pino";
import type { DestinationStream } from "pino";
import pretty from "pino-pretty";

/** A log that nobody reads must not fill the memory: what exceeds this is dropped. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

const STDERR = 2;

/** Where lines for a person go: readable on a terminal, NDJSON when something else reads them. */
export function openTerminalOutput(isTerminal: boolean, useColor: boolean): DestinationStream {
  if (!isTerminal) return openDescriptor(STDERR);
  return prettyOutput(useColor, STDERR);
}

/** Synchronous, so that no line is lost or printed late when the process ends; and without a worker thread. */
export function prettyOutput(useColor: boolean, target: number | NodeJS.WritableStream): DestinationStream {
  return pretty({
    colorize: useColor,
    destination: target,
    messageKey: "event",
    singleLine: true,
    sync: true,
    translateTime: "SYS:HH:MM:ss.l",
  });
}

/**
 * Appends to a file that only this user can read.
 * @throws at once when it cannot be opened.
 */
export function openFileOutput(path: string): DestinationStream {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return openDescriptor(openSync(path, "a", 0o600));
}

/** Writes without holding up the server; pino flushes it when the process exits. */
function openDescriptor(descriptor: number): DestinationStream {
  const output = destination({ dest: descriptor, sync: false, maxLength: MAX_BUFFERED_BYTES });
  // A full disk or a closed pipe costs log lines, never the server.
  output.on("error", () => {});
  return output;
}
