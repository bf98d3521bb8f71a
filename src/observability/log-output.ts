import { mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";

import { destination } from "pino";
import type { DestinationStream } from "pino";

import { showSafely } from "../lib/show-safely.ts";
import type { Line } from "../lib/styled-line.ts";
import { formatLogLine } from "./format-log-line.ts";

/** A log that nobody reads must not fill the memory: lines beyond this are dropped. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

const STDERR = 2;

/** A terminal that a person may be reading. */
export interface LogTerminal {
  readonly isTerminal: boolean;
  printError(...lines: readonly Line[]): void;
}

/** Opens the terminal for log lines: readable when a person reads them, NDJSON when a program does. */
export function openTerminalOutput(terminal: LogTerminal): DestinationStream {
  if (!terminal.isTerminal) return openDescriptor(STDERR);
  return { write: (line) => terminal.printError(...formatLogLine(JSON.parse(line))) };
}

/**
 * Appends to a file that only this user can read.
 * @throws immediately when it cannot be opened.
 */
export function openFileOutput(path: string): DestinationStream {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return openDescriptor(openSync(path, "a", 0o600));
}

/** Writes without blocking the server; pino flushes it when the process exits. */
function openDescriptor(descriptor: number): DestinationStream {
  const output = destination({ dest: descriptor, sync: false, maxLength: MAX_BUFFERED_BYTES });
  // A full disk or a closed pipe costs log lines, never the server.
  output.on("error", () => {});
  return { write: (line) => void output.write(toSafeLine(line)) };
}

/** JSON leaves some characters unescaped that a terminal would obey when the log is displayed. */
export function toSafeLine(line: string): string {
  return `${showSafely(line.trimEnd())}\n`;
}
