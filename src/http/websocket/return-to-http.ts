import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

const ABOUT_UPGRADE: ReadonlySet<string> = new Set(["upgrade", "http2-settings"]);

/**
 * Gives a request back to the server as one that asked for no other protocol: some clients offer HTTP/2 with every first
 * request, and Node hands all of these over once anybody listens for them.
 */
export function returnToHttp(server: Server, incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
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
