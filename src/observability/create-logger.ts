import { multistream, pino, stdTimeFunctions } from "pino";
import type { DestinationStream, Logger as PinoLogger } from "pino";

import {
  LOG_LEVELS,
  type LogControl,
  type LogFields,
  type Logger,
  type LogLevel,
} from "../core/ports/logger.ts";
import { openFileOutput, openTerminalOutput } from "./log-output.ts";
import type { LogTerminal } from "./log-output.ts";
import { redactFields } from "./redact-fields.ts";
import type { FieldRules } from "./redact-fields.ts";
import { RecentLines } from "./recent-lines.ts";
import { createTextRedactor } from "./redact-text.ts";

export interface LoggerOptions {
  /** Can be changed later. */
  readonly level: LogLevel;
  /** The file that gets all lines; the terminal then gets errors only. */
  readonly file?: string;
  /** Whether prompts and answers may be written. */
  readonly prompts: boolean;
  /** Secrets to redact wherever they appear, in addition to text that looks like a secret. */
  readonly secrets?: readonly string[];
  /** Gets readable lines instead of NDJSON when a person reads it. */
  readonly terminal: LogTerminal;
  /** Where the terminal's lines go, when a server in the background prints into a file: it is kept in bounds. */
  readonly printedTo?: string;
}

export type ControlledLogger = Logger & { readonly control: LogControl };

/**
 * The log of this process: one JSON object per line with `level`, `time`, `event` and the fields.
 * @throws when the file cannot be opened.
 */
export function createLogger(options: LoggerOptions): ControlledLogger {
  const terminal = openTerminalOutput(options.terminal, options.printedTo);
  if (options.file === undefined) return createLoggerTo(terminal, options);
  const both = multistream([
    { level: "trace", stream: openFileOutput(options.file) },
    { level: "error", stream: terminal },
  ]);
  return createLoggerTo(both, options);
}

/** The same log, written to any output. */
export function createLoggerTo(
  output: DestinationStream,
  { level, prompts, secrets = [] }: Pick<LoggerOptions, "level" | "prompts" | "secrets">,
): ControlledLogger {
  const recent = new RecentLines();
  const state = { level };
  const logger = pino(
    {
      // What is written is decided here, so that it can change for the loggers that there are.
      level: "trace",
      messageKey: "event",
      timestamp: stdTimeFunctions.isoTime,
      // Drops the host name and the process id, which are the same on every line.
      base: null,
      formatters: { level: (label) => ({ level: label }) },
    },
    multistream([
      { level: "trace", stream: output },
      { level: "trace", stream: recent },
    ]),
  );
  const control: LogControl = {
    get level() {
      return state.level;
    },
    setLevel: (to) => void (state.level = to),
    recent: () => recent.list(),
    follow: (signal) => recent.follow(signal),
  };
  const rules = { prompts, redactText: createTextRedactor(secrets) };
  return { ...wrapPino(logger, rules, state), control };
}

function wrapPino(logger: PinoLogger, rules: FieldRules, state: { readonly level: LogLevel }): Logger {
  const logAt = (level: Exclude<LogLevel, "none">) => (event: string, fields?: LogFields) => {
    if (LOG_LEVELS.indexOf(level) > LOG_LEVELS.indexOf(state.level)) return;
    logger[level](fields ? redactFields(fields, rules) : {}, event);
  };
  return {
    error: logAt("error"),
    info: logAt("info"),
    debug: logAt("debug"),
    trace: logAt("trace"),
    child: (fields) => wrapPino(logger.child(redactFields(fields, rules)), rules, state),
  };
}
