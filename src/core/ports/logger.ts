/** Structured log. `event` is a constant such as `turn.completed`; ids go into `fields`. */
export interface Logger {
  error(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  debug(event: string, fields?: LogFields): void;
  trace(event: string, fields?: LogFields): void;
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
