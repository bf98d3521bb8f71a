import type { EventsLost } from "../../lib/lossy-follower.ts";

export const LOG_LEVELS = ["none", "error", "info", "debug", "trace"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One line of the log, as it was written: without secrets. */
export interface LogEntry {
  /** Counts up from 1. */
  readonly number: number;
  readonly level: Exclude<LogLevel, "none">;
  /** ISO 8601. */
  readonly time: string;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The log while the server runs: what it writes, and its latest lines. */
export interface LogControl {
  readonly level: LogLevel;
  setLevel(level: LogLevel): void;
  /** The latest lines, the oldest of these first. */
  recent(): readonly LogEntry[];
  /** Lines from now on. A slow reader loses the oldest and is told how many. */
  follow(signal: AbortSignal): AsyncIterable<LogEntry | EventsLost>;
}

/** Structured log. `event` is a constant such as `turn.completed`; ids go into `fields`. */
export interface Logger {
  error(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  debug(event: string, fields?: LogFields): void;
  trace(event: string, fields?: LogFields): void;
  /** Of the log as a whole; only the first logger has it. */
  readonly control?: LogControl;
  /** A logger that adds `fields` to each line. */
  child(fields: LogFields): Logger;
}

export type LogFields = Readonly<Record<string, unknown>>;

export const SILENT_LOGGER: Logger = {
  error() {},
  info() {},
  debug() {},
  trace() {},
  child: () => SILENT_LOGGER,
};
