import { createLoggerTo } from "../../src/observability/create-logger.ts";
import type { Logger } from "../../src/core/ports/logger.ts";

export interface CollectedLog {
  readonly logger: Logger;
  /** All lines so far, as they would be written. */
  readonly text: string;
}

/** The real log with every level on, kept in memory. It is told of no secrets: none may reach it. */
export function collectLog(): CollectedLog {
  let text = "";
  const output = { write: (line: string) => void (text += line) };
  return {
    logger: createLoggerTo(output, { level: "trace", prompts: false }),
    get text() {
      return text;
    },
  };
}
