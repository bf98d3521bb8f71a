import { createServer, request as openRequest, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";

import * as zod from "zod";

import { listenOnLoopback } from "../listen-on-loopback.ts";

/** A request that offers tools. */
const bodySchema = zod.looseObject({ tools: zod.array(zod.unknown()).min(1) });

/**
 * Stands between a program and the server for what the program has no setting for: the first of its requests that offers tools
 * asks for one of them. All else passes as it is.
 */
export async function startDemandingRelay(
  to: string,
  toolChoice: unknown,
  onEnd: (end: () => Promise<void>) => void,
): Promise<string> {
  let hasDemanded = false;
  const demand = (sent: Buffer): Buffer => {
    const body = hasDemanded ? undefined : readBody(sent);
    if (!body) return sent;
    hasDemanded = true;
    return Buffer.from(JSON.stringify({ ...body, tool_choice: toolChoice }));
  };
  const relay = createServer((request, response) => {
    void (async () => {
      const body = demand(await buffer(request));
      const onward = openRequest(new URL(request.url ?? "/", to), {
        method: request.method ?? "GET",
        headers: { ...headersOf(request), "content-length": body.length },
      });
      response.on("close", () => onward.destroy());
      onward.on("response", (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        response.flushHeaders();
        answer.pipe(response);
      });
      // The program sees the same: a connection that ends.
      onward.on("error", () => response.destroy());
      onward.end(body);
    })();
  });
  return listenOnLoopback(relay, onEnd);
}

function headersOf({ headers }: IncomingMessage): IncomingMessage["headers"] {
  const { host: _host, "transfer-encoding": _encoding, connection: _connection, ...own } = headers;
  return own;
}

function readBody(sent: Buffer): Record<string, unknown> | undefined {
  try {
    return bodySchema.safeParse(JSON.parse(sent.toString())).data;
  } catch {
    return undefined;
  }
}
