import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { localUrl } from "../lib/local-url.ts";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import type { Hono } from "hono";
import { answerClientError } from "./answers/answer-client-error.ts";
import type { AppEnv } from "./app-env.ts";
import { respondUnroutable } from "./answers/error-response.ts";
import { type Upgrade, Upgrades } from "./websocket/upgrade.ts";
import { schedule } from "../lib/time.ts";
import { endStalled } from "./end-stalled.ts";

interface Timeouts {
  /** How long all headers of a request may take to arrive. */
  readonly headersTimeoutMs: number;
  /** How long the body may take after the headers; the answer may take as long as it likes. */
  readonly bodyTimeoutMs: number;
  /** How long a connection without a request stays open. Longer than clients keep one, so that the client closes it. */
  readonly idleSocketMs: number;
  /** How long a client may take nothing of an answer that waits for it. */
  readonly stalledClientMs: number;
}

export interface ListenOptions extends Timeouts {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

export interface HttpServer {
  readonly url: string;
  readonly port: number;
  /**
   * Takes no new connections and asks the WebSockets to end; resolves when the running requests are answered and the WebSockets
   * have ended. Once `signal` aborts, whatever is still open is cut.
   */
  close(signal?: AbortSignal): Promise<void>;
}

/** How often Node looks for late headers. */
const CHECK_HEADERS_MS = 1_000;

/** Serves the app. Rejects with Node's own error, such as `EADDRINUSE`, when the address cannot be bound. */
export async function listen(app: Hono<AppEnv>, options: ListenOptions): Promise<HttpServer> {
  const { server, close } = createHttpServer(app, options.host, options);
  const { port } = await bind(server, options);
  return { url: localUrl(options.host, port), port, close };
}

/**
 * Serves the app on a socket of this machine that only this user can open, or a named pipe of Windows. Rejects with Node's own
 * error when there can be none at that path.
 */
export async function listenLocally(
  app: Hono<AppEnv>,
  path: string,
  timeouts: Timeouts,
): Promise<Pick<HttpServer, "close">> {
  const { server, close } = createHttpServer(app, "localhost", timeouts);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // The socket is made before `listen` returns. To change its mode afterwards would leave others a moment. Not 0o177: what is
    // under way in other threads is made with this mask too, and a folder without x could not be entered.
    const before = process.umask(0o077);
    try {
      server.listen(path, () => {
        server.off("error", reject);
        resolve();
      });
    } finally {
      process.umask(before);
    }
  });
  return { close };
}

function createHttpServer(
  app: Hono<AppEnv>,
  hostname: string,
  options: Timeouts,
): { readonly server: Server; readonly close: HttpServer["close"] } {
  const upgrades = new Upgrades(options.stalledClientMs);
  const offered = new WeakMap<IncomingMessage, Upgrade>();
  const listener = getRequestListener(
    (request, bindings) => {
      // Proof for the cast: `createServer` of node:http speaks HTTP/1 only.
      const { incoming, outgoing } = bindings as HttpBindings;
      const upgrade = offered.get(incoming);
      return app.fetch(request, { incoming, outgoing, ...(upgrade && { upgrade }) });
    },
    { hostname, errorHandler: respondUnroutable },
  );
  const server = createServer(
    {
      headersTimeout: options.headersTimeoutMs,
      // The time for a body is limited below.
      requestTimeout: 0,
      connectionsCheckingInterval: CHECK_HEADERS_MS,
      keepAliveTimeout: options.idleSocketMs,
    },
    (incoming, outgoing) => {
      // Once the server is closing, a connection must not wait for its idle timeout after its last answer.
      outgoing.once("close", () => setImmediate(() => !server.listening && server.closeIdleConnections()));
      limitBodyTime(incoming, outgoing, options.bodyTimeoutMs);
      endStalled(outgoing, options.stalledClientMs);
      void listener(incoming, outgoing);
    },
  );
  server.on("clientError", answerClientError);
  upgrades.listen(server, (incoming, outgoing, upgrade) => {
    offered.set(incoming, upgrade);
    void listener(incoming, outgoing);
  });
  return { server, close: (signal) => closeServer(server, upgrades, signal) };
}

async function bind(server: Server, { host, port }: ListenOptions): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no TCP address.");
  return address;
}

async function closeServer(server: Server, upgrades: Upgrades, signal?: AbortSignal): Promise<void> {
  const cut = () => {
    server.closeAllConnections();
    upgrades.cut();
  };
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    upgrades.close();
    if (signal?.aborted) cut();
    signal?.addEventListener("abort", cut, { once: true });
  });
  signal?.removeEventListener("abort", cut);
}

/**
 * Ends a request whose body is not complete within `timeoutMs` after its headers: with 408, or silently when an answer has begun.
 * Node's own limit counts from the first byte of the headers, and so covers headers and body together.
 */
function limitBodyTime(incoming: IncomingMessage, outgoing: ServerResponse, timeoutMs: number): void {
  const timer = schedule(timeoutMs, () => {
    if (incoming.complete) return;
    const { socket } = incoming;
    if (outgoing.headersSent) socket.destroy();
    else
      answerClientError(
        Object.assign(new Error("late"), { code: "ERR_HTTP_REQUEST_TIMEOUT" }),
        socket,
        incoming,
      );
  });
  outgoing.once("close", () => timer.cancel());
}
