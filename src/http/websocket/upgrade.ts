import { setMaxListeners } from "node:events";
import { type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

import { endStalledSocket } from "../end-stalled.ts";

/** A connection that its client wants to be a WebSocket. */
export interface Upgrade {
  /** Hands the connection over; from then on nothing may be answered over HTTP. */
  take(): { readonly socket: Socket; readonly head: Buffer };
  /** Aborts when the server takes no more requests. */
  readonly closing: AbortSignal;
}

/** A connection that breaks is closed, and `close` is handled. */
const ignore = () => {};

type Handle = (incoming: IncomingMessage, outgoing: ServerResponse, upgrade: Upgrade) => void;

/**
 * Sends requests for a WebSocket through the same checks and refusals as all others; a handler takes the connection over when all
 * is well. Requests for other protocols, which a server may ignore, are answered as if they had not asked for one.
 */
export class Upgrades {
  readonly #sockets = new Set<Duplex>();
  readonly #closing = new AbortController();
  readonly #stalledMs: number;

  /** `stalledMs`: how long the client of a WebSocket may take nothing of what waits for it. */
  constructor(stalledMs: number) {
    this.#stalledMs = stalledMs;
    // Each connection listens to it.
    setMaxListeners(0, this.#closing.signal);
  }

  listen(server: Server, handle: Handle): void {
    server.on("upgrade", (incoming, socket, head) => {
      const isWebSocket = incoming.headers.upgrade?.toLowerCase() === "websocket";
      if (incoming.method !== "GET" || !isWebSocket) return returnToHttp(server, incoming, socket, head);
      this.#offer(incoming, socket, head, handle);
    });
  }

  /** Asks the open connections to end when their work is done. */
  close(): void {
    this.#closing.abort();
  }

  /** Ends the connections that are still open. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #offer(incoming: IncomingMessage, duplex: Duplex, head: Buffer, handle: Handle): void {
    // Proof for the cast: an HTTP server's connections are sockets of node:net.
    const socket = duplex as Socket;
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    socket.on("error", ignore);
    const outgoing = new ServerResponse(incoming);
    outgoing.shouldKeepAlive = false;
    outgoing.assignSocket(socket);
    outgoing.once("finish", () => socket.end());
    handle(incoming, outgoing, {
      closing: this.#closing.signal,
      take: () => {
        outgoing.detachSocket(socket);
        socket.off("error", ignore);
        endStalledSocket(socket, this.#stalledMs);
        return { socket, head };
      },
    });
  }
}

const ABOUT_UPGRADE: ReadonlySet<string> = new Set(["upgrade", "http2-settings"]);

/**
 * Gives a request back to the server as if it had asked for no other protocol: some clients offer HTTP/2 with their first
 * request, and Node hands over all such requests once anybody listens for upgrades.
 */
function returnToHttp(server: Server, incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${incoming.method} ${incoming.url} HTTP/${incoming.httpVersion}`];
  const { rawHeaders } = incoming;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    const value = rawHeaders[index + 1] ?? "";
    if (ABOUT_UPGRADE.has(name.toLowerCase())) continue;
    const kept = name.toLowerCase() === "connection" ? withoutUpgrade(value) : value;
    if (kept !== "" || value === "") lines.push(`${name}: ${kept}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  server.emit("connection", socket);
}

function withoutUpgrade(connection: string): string {
  return connection
    .split(",")
    .map((token) => token.trim())
    .filter((token) => token !== "" && !ABOUT_UPGRADE.has(token.toLowerCase()))
    .join(", ");
}
