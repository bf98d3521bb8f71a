import type { LogControl, LogEntry, LogLevel } from "../../core/ports/logger.ts";
import type { EventsLost } from "../../lib/lossy-follower.ts";
import {
  encodeLogEvent,
  formatLogEntry,
  isAtLeast,
  logBodySchema,
  parseLogLevel,
} from "../../protocols/admin/log-schemas.ts";
import { sendFeed } from "../answers/send-feed.ts";
import type { AppContext } from "../app-env.ts";
import type { AdminRoute } from "./admin-route.ts";
import { countFeeds } from "./count-feeds.ts";

interface Dependencies {
  /** Absent where nothing is logged. */
  readonly log?: LogControl;
  /** How long a stream may be silent. */
  readonly keepAliveMs: number;
}

const LEVEL = { level: "How serious at least." };

/** The server's own log. It tells of folders and of failures, so it is for admins. */
export function logRoutes(dependencies: Dependencies): readonly AdminRoute[] {
  const { log } = dependencies;
  return [
    {
      method: "get",
      path: "/admin/api/log",
      role: "admin",
      description: {
        summary: "The latest lines of the server's log that are in memory.",
        query: LEVEL,
        answer: logBodySchema,
      },
      handle: (context) => {
        const level = parseLogLevel(context.req.query("level"));
        const lines = (log?.recent() ?? []).filter((entry) => isAtLeast(entry, level));
        return context.json({
          object: "list",
          level: log?.level ?? "none",
          data: lines.map(formatLogEntry),
        });
      },
    },
    {
      method: "get",
      path: "/admin/api/log/stream",
      role: "admin",
      description: {
        summary: "Lines of the log as they are written.",
        types: ["text/event-stream"],
        query: LEVEL,
      },
      handle: streamLog(dependencies),
    },
  ];
}

/** `GET /admin/api/log/stream?level=`: lines as they are written, as server-sent events. */
function streamLog({ log, keepAliveMs }: Dependencies) {
  const feeds = countFeeds();
  return (context: AppContext): Response => {
    const level = parseLogLevel(context.req.query("level"));
    return sendFeed(context, { keepAliveMs, gone: feeds.open(context) }, (signal) =>
      encodeLog(log?.follow(signal) ?? [], level),
    );
  };
}

async function* encodeLog(
  coming: AsyncIterable<LogEntry | EventsLost> | readonly [],
  level: LogLevel,
): AsyncGenerator<string, void, undefined> {
  for await (const told of coming) {
    if ("type" in told || isAtLeast(told, level)) yield encodeLogEvent(told);
  }
}
