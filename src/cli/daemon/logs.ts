import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

import type { Line } from "../../lib/styled-line.ts";
import { delay } from "../../lib/time.ts";
import { formatLogLine } from "../../observability/format-log-line.ts";
import type { CommandContext } from "../command-context.ts";
import { ownCommand } from "../own-command.ts";
import type { GivenFlags } from "../setting-options.ts";
import { askServer } from "./find-server.ts";
import { resolveSettings } from "./resolve-settings.ts";
import { outputFile, readLastLines, sizeOf } from "./server-log.ts";

export interface LogsOptions {
  readonly count: number;
  readonly isFollowing: boolean;
  /** Only the log's own lines, each a JSON object. */
  readonly isJson: boolean;
}

const POLL_MS = 200;

/**
 * `turnpike logs`: the last lines of the server's log, then those that come. Resolves with the exit code.
 * @throws ConfigError when the settings cannot be used
 */
export async function logs(
  given: GivenFlags,
  { count, isFollowing, isJson }: LogsOptions,
  context: CommandContext,
): Promise<number> {
  const config = resolveSettings(given, context);
  const { dataDir, log } = config;
  const { terminal } = context;
  const status = (await askServer(dataDir))?.status;
  const file = status?.log_file ?? log.file ?? outputFile(dataDir);
  // A server in a terminal without a log file prints there, and this file is of an earlier one.
  const isElsewhere =
    existsSync(file) && status?.log_file === null && statSync(file).mtimeMs < status.started_at;
  if (!existsSync(file) || isElsewhere) {
    const why = status ? "The server prints its log to where it was started" : "There is no log";
    terminal.printError(
      `${why}: ${file} has nothing. With --log-file a server keeps one; ${ownCommand("start", config, context)} always does.`,
    );
    return 1;
  }
  const print = (line: string) => terminal.print(...toLines(line, isJson, terminal.isTerminal));
  const { lines, end } = readLastLines(file, count);
  for (const line of lines) print(line);
  if (isFollowing) await follow(file, end, print);
  return 0;
}

/** For ever: the person ends it. */
async function follow(file: string, from: number, print: (line: string) => void): Promise<never> {
  let at = from;
  let rest = "";
  let decoder = new StringDecoder("utf8");
  for (;;) {
    const size = sizeOf(file);
    // The next server has begun a new file.
    if (size < at) {
      at = 0;
      rest = "";
      decoder = new StringDecoder("utf8");
    }
    if (size === at) {
      await delay(POLL_MS);
      continue;
    }
    const bytes = readPiece(file, at, size);
    at += bytes.length;
    const lines = (rest + decoder.write(bytes)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) print(line);
  }
}

const PIECE_BYTES = 256 * 1024;

function readPiece(file: string, from: number, to: number): Buffer {
  const descriptor = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(Math.min(PIECE_BYTES, to - from));
    return buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, from));
  } finally {
    closeSync(descriptor);
  }
}

/** A line of the log as a person reads it on a terminal; what is no line of the log as it is. */
function toLines(line: string, isJson: boolean, isTerminal: boolean): readonly Line[] {
  const record = line.startsWith("{") ? parse(line) : undefined;
  if (isJson) return record === undefined ? [] : [line];
  return record === undefined || !isTerminal ? [line] : formatLogLine(record);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
