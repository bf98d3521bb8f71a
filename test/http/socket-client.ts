import type { IncomingMessage } from "node:http";

import { type ClientOptions, WebSocket } from "ws";

import { PushQueue } from "../../src/lib/push-queue.ts";

export interface SocketEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A WebSocket of a test. */
export interface SocketClient {
  readonly socket: WebSocket;
  send(event: Readonly<Record<string, unknown>>): void;
  /** The next event; undefined when the connection has ended. */
  next(): Promise<SocketEvent | undefined>;
  /** All events up to the one that ends a response or refuses a request. */
  nextResponse(): Promise<readonly SocketEvent[]>;
  /** The code and the reason that it is or was closed with. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

const LAST: ReadonlySet<string> = new Set([
  "response.completed",
  "response.incomplete",
  "response.failed",
  "error",
]);

export interface Refusal {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

/** Opens a WebSocket; what the server says instead of that comes as a refusal. */
export async function openSocket(url: string, options: ClientOptions): Promise<SocketClient> {
  const outcome = await tryToOpen(url, options);
  if ("socket" in outcome) return outcome;
  throw new Error(`The server refused the WebSocket: ${JSON.stringify(outcome)}`);
}

export async function tryToOpen(url: string, options: ClientOptions): Promise<SocketClient | Refusal> {
  const socket = new WebSocket(url.replace(/^http/, "ws"), options);
  const client = wrap(socket);
  const outcome = Promise.withResolvers<SocketClient | Refusal>();
  socket.on("open", () => outcome.resolve(client));
  socket.on("error", (error) => outcome.reject(error));
  socket.on("unexpected-response", (_request, answer) => {
    const chunks: Buffer[] = [];
    answer.on("data", (chunk: Buffer) => chunks.push(chunk));
    answer.on("end", () => {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
      outcome.resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body });
    });
  });
  return outcome.promise;
}

function wrap(socket: WebSocket): SocketClient {
  const events = new PushQueue<SocketEvent>();
  const closed = Promise.withResolvers<{ code: number; reason: string }>();
  // Proof for the casts: text messages come as one buffer, and the server sends objects with a type.
  socket.on("message", (data) => events.push(JSON.parse((data as Buffer).toString()) as SocketEvent));
  socket.on("close", (code, reason) => {
    events.end();
    closed.resolve({ code, reason: reason.toString() });
  });
  const next = async () => {
    const { value, done } = await events.next();
    return done ? undefined : value;
  };
  return {
    socket,
    send: (event) => socket.send(JSON.stringify(event)),
    next,
    async nextResponse() {
      const taken: SocketEvent[] = [];
      for (let event = await next(); event; event = await next()) {
        taken.push(event);
        if (LAST.has(event.type)) break;
      }
      return taken;
    },
    closed: closed.promise,
  };
}
