import { existsSync, statSync } from "node:fs";

import type { Line } from "../../lib/styled-line.ts";
import { delay } from "../../lib/time.ts";
import { formatLogLine } from "../../observability/format-log-line.ts";
import type { CommandContext } from "../command-context.ts";
import { ownCommand } from "../own-command.ts";
import type { GivenFlags } from "../setting-options.ts";
import { askServer } from "./find-server.ts";
import { holdsFile } from "./holds-file.ts";
import { resolveSettings } from "./resolve-settings.ts";
import { LogFollower } from "./log-follower.ts";
import { outputFile, readLastLines } from "./server-log.ts";
import type { ToldStatus } from "../../protocols/admin/told-status.ts";

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
  const isThere = existsSync(file);
  const isElsewhere = isThere && status !== undefined && (await printsElsewhere(status, file));
  // It begins a new file with its next line.
  const isToCome = !isThere && typeof status?.log_file === "string";
  if ((!isThere || isElsewhere) && !(isToCome && isFollowing)) {
    const why = isToCome
      ? `The file ${file} was moved away, and the server has logged nothing since.`
      : `${status ? "The server prints its log to where it was started" : "There is no log"}: ${file} has nothing. With --log-file a server keeps one; ${ownCommand("start", config, context)} always does.`;
    terminal.printError(why);
    return 1;
  }
  const print = (line: string) => terminal.print(...toLines(line, isJson, terminal.isTerminal));
  const follower = isFollowing ? new LogFollower(file) : undefined;
  const isWanted = (line: string) => !isJson || isRecordLine(line);
  const { lines, end } = readLastLines(file, count, 0, isWanted);
  for (const line of lines) print(line);
  if (!follower) return 0;
  follower.skipTo(end);
  // For ever: the person ends it.
  for (;;) {
    for (const line of follower.read()) print(line);
    await delay(POLL_MS);
  }
}

/**
 * A server in a terminal without a log file prints there, and the file is of an earlier one. Times tell less than what the process has
 * open: a clock is set back.
 */
async function printsElsewhere(
  { log_file: logFile, pid, started_at: startedAt }: ToldStatus,
  file: string,
): Promise<boolean> {
  if (logFile !== null || (await holdsFile(pid, file))) return false;
  return statSync(file).mtimeMs < startedAt;
}

/** A line of the log as a person reads it on a terminal; what is no line of the log as it is. */
function toLines(line: string, isJson: boolean, isTerminal: boolean): readonly Line[] {
  const record = parseRecord(line);
  if (isJson) return record === undefined ? [] : [line];
  return record === undefined || !isTerminal ? [line] : formatLogLine(record);
}

function isRecordLine(line: string): boolean {
  return parseRecord(line) !== undefined;
}

function parseRecord(line: string): unknown {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
