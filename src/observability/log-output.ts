import { destination } from "pino";
import type { DestinationStream } from "pino";

import { showSafely } from "../lib/show-safely.ts";
import type { Line } from "../lib/styled-line.ts";
import { boundFile } from "./bound-file.ts";
import { formatLogLine } from "./format-log-line.ts";
import { RenewedFile } from "./renewed-file.ts";

/** A log that nobody reads must not fill the memory: lines beyond this are dropped. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

const STDERR = 2;

/** How often the process that exits tries a full pipe again, a tenth of a second apart: its reader may stand still for ever. */
const LAST_TRIES = 20;

/** A terminal that a person may be reading. */
export interface LogTerminal {
  readonly isTerminal: boolean;
  printError(...lines: readonly Line[]): void;
}

/**
 * Opens the terminal for log lines: readable when a person reads them, NDJSON when a program does.
 * @param file - where all that is printed goes, of a server in the background: it is kept in bounds
 */
export function openTerminalOutput(terminal: LogTerminal, file?: string): DestinationStream {
  if (terminal.isTerminal)
    return { write: (line) => terminal.printError(...formatLogLine(JSON.parse(line))) };
  const output = openDescriptor(STDERR);
  // Emitted after each write, before the next one begins.
  if (file !== undefined) output.on("write", () => boundFile(file, STDERR));
  return { write: (line) => void output.write(toSafeLine(line)) };
}

/**
 * Appends to a file that only this user can read, and to a new one of its name when it has been moved away.
 * @throws immediately when it cannot be opened.
 */
export function openFileOutput(path: string): DestinationStream {
  const file = new RenewedFile(path, openDescriptor, (output) => output.end());
  return { write: (line) => void file.get().write(toSafeLine(line)) };
}

/** Writes without blocking the server; pino flushes it when the process exits. */
function openDescriptor(descriptor: number): ReturnType<typeof destination> {
  let triesLeft = Infinity;
  const output = destination({
    dest: descriptor,
    sync: false,
    maxLength: MAX_BUFFERED_BYTES,
    retryEAGAIN: () => triesLeft-- > 0,
  });
  // A full disk or a closed pipe costs log lines, never the server.
  let fails = false;
  output.on("error", () => void (fails = true)).on("write", () => void (fails = false));
  // As the process exits the rest is written once more, and on a full disk again and again, without an end.
  const flush = output.flushSync.bind(output);
  output.flushSync = () => {
    if (fails) return;
    triesLeft = LAST_TRIES;
    try {
      flush();
    } catch {
      // The rest is lost, as on a full disk.
    } finally {
      triesLeft = Infinity;
    }
  };
  return output;
}

/** JSON leaves some characters unescaped that a terminal would obey when the log is displayed. */
export function toSafeLine(line: string): string {
  return `${showSafely(line.trimEnd())}\n`;
}
