import { multistream, pino, stdTimeFunctions } from "pino";
import type { DestinationStream, Logger as PinoLogger } from "pino";

import type { LogFields, Logger } from "../core/ports/logger.ts";
import { openFileOutput, openTerminalOutput } from "./log-output.ts";
import type { LogTerminal } from "./log-output.ts";
import { redactFields } from "./redact-fields.ts";
import type { FieldRules } from "./redact-fields.ts";
import { createTextRedactor } from "./redact-text.ts";

export interface LoggerOptions {
  readonly level: "none" | "error" | "info" | "debug" | "trace";
  /** The file that gets all lines; the terminal then gets errors only. */
  readonly file?: string;
  /** Whether prompts and answers may be written. */
  readonly prompts: boolean;
  /** Secrets to redact wherever they appear, in addition to text that looks like a secret. */
  readonly secrets?: readonly string[];
  /** Gets readable lines instead of NDJSON when a person reads it. */
  readonly terminal: LogTerminal;
}

/**
 * The log of this process: one JSON object per line with `level`, `time`, `event` and the fields.
 * @throws when the file cannot be opened.
 */
export function createLogger(options: LoggerOptions): Logger {
  const terminal = () => openTerminalOutput(options.terminal);
  if (options.level === "none") return createLoggerTo({ write() {} }, options);
  if (options.file === undefined) return createLoggerTo(terminal(), options);
  const both = multistream([
    { level: "trace", stream: openFileOutput(options.file) },
    { level: "error", stream: terminal() },
  ]);
  return createLoggerTo(both, options);
}

/** The same log, written to any output. */
export function createLoggerTo(
  output: DestinationStream,
  { level, prompts, secrets = [] }: Pick<LoggerOptions, "level" | "prompts" | "secrets">,
): Logger {
  const logger = pino(
    {
      level: level === "none" ? "silent" : level,
      messageKey: "event",
      timestamp: stdTimeFunctions.isoTime,
      // Drops the host name and the process id, which are the same on every line.
      base: null,
      formatters: { level: (label) => ({ level: label }) },
    },
    output,
  );
  return wrapPino(logger, { prompts, redactText: createTextRedactor(secrets) });
}

function wrapPino(logger: PinoLogger, rules: FieldRules): Logger {
  const logAt = (level: "error" | "info" | "debug" | "trace") => (event: string, fields?: LogFields) => {
    if (!logger.isLevelEnabled(level)) return;
    logger[level](fields ? redactFields(fields, rules) : {}, event);
  };
  return {
    error: logAt("error"),
    info: logAt("info"),
    debug: logAt("debug"),
    trace: logAt("trace"),
    child: (fields) => wrapPino(logger.child(redactFields(fields, rules)), rules),
  };
}
