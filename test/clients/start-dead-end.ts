import { createServer } from "node:http";

import { onTestFinished } from "vitest";

import { listenOnLoopback } from "./listen-on-loopback.ts";

export interface DeadEnd {
  readonly url: string;
  /** What was asked for, such as `GET /v1/models` or `CONNECT example.com:443`. */
  readonly attempts: readonly string[];
  /** Variables that send whatever obeys them here instead of to the internet. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Stands for the internet: a proxy on loopback that lets nothing through and remembers who was called. */
export async function startDeadEnd(
  onEnd: (end: () => Promise<void>) => void = onTestFinished,
): Promise<DeadEnd> {
  const attempts: string[] = [];
  const server = createServer((request, response) => {
    attempts.push(`${request.method} ${request.url}`);
    response.writeHead(404, { "content-type": "application/json" }).end("{}");
  });
  server.on("connect", (request, socket) => {
    attempts.push(`CONNECT ${request.url}`);
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  const url = await listenOnLoopback(server, onEnd);
  return {
    url,
    attempts,
    environment: {
      HTTP_PROXY: url,
      HTTPS_PROXY: url,
      http_proxy: url,
      https_proxy: url,
      NO_PROXY: "127.0.0.1",
    },
  };
}
