import { mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";

import { destination } from "pino";
import type { DestinationStream } from "pino";

import { showSafely } from "../lib/show-safely.ts";
import type { Line } from "../lib/styled-line.ts";
import { formatLogLine } from "./format-log-line.ts";

/** A log that nobody reads must not fill the memory: what exceeds this is dropped. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

const STDERR = 2;

/** Where a person may be reading. */
export interface LogTerminal {
  readonly isTerminal: boolean;
  printError(...lines: readonly Line[]): void;
}

/** Where lines for a person go: readable on a terminal, NDJSON when something else reads them. */
export function openTerminalOutput(terminal: LogTerminal): DestinationStream {
  if (!terminal.isTerminal) return openDescriptor(STDERR);
  return { write: (line) => terminal.printError(...formatLogLine(JSON.parse(line))) };
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
  return { write: (line) => void output.write(toSafeLine(line)) };
}

/** JSON leaves some characters as they are that a terminal would obey when the log is looked at. */
export function toSafeLine(line: string): string {
  return `${showSafely(line.trimEnd())}\n`;
}
