import * as z from "zod";

import { LOG_LEVELS, type LogEntry, type LogLevel } from "../../core/ports/logger.ts";
import type { EventsLost } from "../../lib/lossy-follower.ts";
import { RequestError } from "../request-error.ts";

const LEVELS = LOG_LEVELS.filter((level) => level !== "none");

export const logLineSchema = z.object({
  number: z.number(),
  level: z.enum(LEVELS),
  /** Milliseconds since the epoch. */
  time: z.number(),
  event: z.string(),
  fields: z.record(z.string(), z.unknown()),
});

export const logBodySchema = z.object({
  object: z.literal("list"),
  /** What is written now. */
  level: z.enum(LOG_LEVELS),
  /** The latest lines that are in memory, the oldest of these first. */
  data: z.array(logLineSchema),
});

export type LogLineBody = z.output<typeof logLineSchema>;

export function formatLogEntry({ number, level, time, event, fields }: LogEntry): LogLineBody {
  return { number, level, time: Date.parse(time), event, fields: { ...fields } };
}

/** A line, or how many were lost, as a server-sent event. */
export function encodeLogEvent(told: LogEntry | EventsLost): string {
  const isLoss = "type" in told;
  const body = isLoss ? { type: "events.lost", count: told.count } : formatLogEntry(told);
  return `event: ${isLoss ? "events.lost" : "log.line"}\ndata: ${JSON.stringify(body)}\n\n`;
}

/** Which lines are asked for: those of this level and the more serious ones. @throws RequestError */
export function parseLogLevel(level: string = "trace"): Exclude<LogLevel, "none"> {
  const found = LEVELS.find((known) => known === level);
  if (found) return found;
  throw new RequestError("invalid_value", `Invalid 'level': expected ${LEVELS.join(", ")}.`, "level");
}

export function isAtLeast(entry: Pick<LogEntry, "level">, level: LogLevel): boolean {
  return LOG_LEVELS.indexOf(entry.level) <= LOG_LEVELS.indexOf(level);
}
