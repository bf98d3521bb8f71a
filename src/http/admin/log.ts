import type { LogControl } from "../../core/ports/logger.ts";
import {
  formatLogEntry,
  isAtLeast,
  logBodySchema,
  parseLogLevel,
} from "../../protocols/admin/log-schemas.ts";
import { SSE_HEADERS } from "../answers/sse-headers.ts";
import { createSseStream } from "../answers/sse-stream.ts";
import type { AppContext } from "../app-env.ts";
import type { AdminRoute } from "./admin-route.ts";
import { FeedCount } from "./feed-count.ts";

interface Dependencies {
  /** Absent where nothing is logged. */
  readonly log?: LogControl;
  /** How long a stream may be silent. */
  readonly keepAliveMs: number;
}

/** The server's own log. It tells of folders and of failures, so it is for admins. */
export function logRoutes(dependencies: Dependencies): readonly AdminRoute[] {
  const { log } = dependencies;
  return [
    {
      method: "get",
      path: "/admin/api/log",
      role: "admin",
      description: {
        summary:
          "The latest lines of the server's log that are in memory; ?level= keeps the more serious ones.",
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
        query: { level: "How serious at least." },
      },
      handle: streamLog(dependencies),
    },
  ];
}

/** `GET /admin/api/log/stream?level=`: lines as they are written, as server-sent events. */
function streamLog({ log, keepAliveMs }: Dependencies) {
  const feeds = new FeedCount(64);
  return (context: AppContext): Response => {
    const level = parseLogLevel(context.req.query("level"));
    const gone = feeds.open(context);
    const coming = log?.follow(gone.signal) ?? [];
    async function* encode(): AsyncGenerator<string, void, undefined> {
      try {
        for await (const entry of coming) {
          if ("type" in entry) yield encodeEvent("events.lost", { type: "events.lost", count: entry.count });
          else if (isAtLeast(entry, level)) yield encodeEvent("log.line", formatLogEntry(entry));
        }
      } finally {
        gone.abort();
      }
    }
    const options = { keepAliveMs, isSilent: true, onCancel: () => gone.abort() };
    return context.body(createSseStream(encode(), options), 200, SSE_HEADERS);
  };
}

function encodeEvent(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
