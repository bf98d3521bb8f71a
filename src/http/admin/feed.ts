import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { WebSocketServer, type WebSocket } from "ws";

import { AppError } from "../../core/words/app-error.ts";
import { repeat } from "../../lib/time.ts";
import { RequestError } from "../../protocols/request-error.ts";
import { encodeFeedEvent, formatFeedEvent } from "../../protocols/admin/format-feed-event.ts";
import type { RequestFeed } from "../../service/request-log/request-feed.ts";
import { formatError } from "../answers/format-error.ts";
import { sendError } from "../answers/error-response.ts";
import { sendFeed } from "../answers/send-feed.ts";
import type { AppContext } from "../app-env.ts";
import type { AdminRoute } from "./admin-route.ts";
import { SocketWriter } from "../websocket/socket-writer.ts";

interface Dependencies {
  readonly feed: RequestFeed;
  /** How long a stream may be silent. */
  readonly keepAliveMs: number;
}

const AFTER = { after: "The id of the last event that is known." };

export function feedRoutes(dependencies: Dependencies): readonly AdminRoute[] {
  return [
    {
      method: "get",
      path: "/admin/api/feed",
      role: "viewer",
      description: { summary: "What happens on this server.", types: ["text/event-stream"], query: AFTER },
      handle: streamFeed(dependencies),
    },
    {
      method: "get",
      path: "/ws",
      role: "viewer",
      description: { summary: "The same on a WebSocket.", status: 101, query: AFTER },
      handle: acceptFeedSocket(dependencies),
    },
  ];
}

/** `GET /admin/api/feed`: what happens on this server, as server-sent events. `Last-Event-ID` or `after` goes on from an event. */
function streamFeed({ feed, keepAliveMs }: Dependencies) {
  return (context: AppContext): Response =>
    sendFeed(context, { keepAliveMs }, (signal) => encodeFeed(feed, afterOf(context), signal));
}

const MAX_SOCKETS = 64;
const GOING_AWAY = 1001;

/** `GET /ws`: the same on a WebSocket, one JSON text for each event. What its client says is not read. */
function acceptFeedSocket({ feed, keepAliveMs }: Dependencies) {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: 1024,
  });
  let count = 0;
  return (context: AppContext): Response => {
    const { upgrade, incoming } = context.env;
    if (!upgrade) {
      context.header("Upgrade", "websocket");
      const message = "GET /ws opens a WebSocket. Send the request with the header Upgrade: websocket.";
      return sendError(context, formatError(context, new RequestError("upgrade_required", message), 426));
    }
    if (count >= MAX_SOCKETS) {
      throw new AppError({
        kind: "queue-full",
        message: `${MAX_SOCKETS} connections follow this server, and it takes no more.`,
      });
    }
    const after = afterOf(context);
    const { socket, head } = upgrade.take();
    server.handleUpgrade(incoming, socket, head, (webSocket) => {
      count += 1;
      const leave = () => webSocket.close(GOING_AWAY);
      upgrade.closing.addEventListener("abort", leave, { once: true });
      void tell(webSocket, feed, after, keepAliveMs).finally(() => {
        count -= 1;
        upgrade.closing.removeEventListener("abort", leave);
      });
    });
    return RESPONSE_ALREADY_SENT;
  };
}

async function tell(
  socket: WebSocket,
  feed: RequestFeed,
  after: string | undefined,
  keepAliveMs: number,
): Promise<void> {
  const gone = new AbortController();
  socket.once("close", () => gone.abort());
  socket.on("error", () => socket.terminate());
  const pings = repeat(keepAliveMs, () => socket.ping());
  const writer = new SocketWriter(socket, gone.signal, () => {});
  try {
    for await (const told of feed.follow(after, gone.signal)) {
      // It waits for its reader; what comes meanwhile waits at the feed, within a bound.
      await writer.write(JSON.stringify(formatFeedEvent(told)));
    }
  } catch {
    // The connection has ended.
  } finally {
    pings.cancel();
    socket.close();
  }
}

async function* encodeFeed(
  feed: RequestFeed,
  after: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  for await (const told of feed.follow(after, signal)) yield encodeFeedEvent(formatFeedEvent(told));
}

function afterOf({ req }: AppContext): string | undefined {
  return req.header("last-event-id") ?? req.query("after");
}
