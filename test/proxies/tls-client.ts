import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { request as sendRequest, type RequestOptions } from "node:https";

/** The name that clients use, in the docs' configurations. */
export const SERVER_NAME = "turnpike.example.com";

export interface Address {
  readonly port: number;
  readonly ca: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Sent extends RequestOptions {
  readonly body?: string;
}

/** An answer whose body is still coming. */
export interface OpenAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** What has come so far. */
  readonly text: string;
  /** Resolves when the body so far has this; rejects when it ends before. */
  untilHas(text: string): Promise<void>;
  readonly ended: Promise<void>;
  /** As a client that goes away. */
  leave(): void;
}

/** One request by the proxy's public name, on a connection of its own. */
export function open(
  { port, ca }: Address,
  { body, ...options }: Sent,
): Promise<OpenAnswer> & { leave(): void } {
  const request = sendRequest({
    host: "127.0.0.1",
    port,
    ca,
    servername: SERVER_NAME,
    agent: false,
    ...options,
    headers: { host: SERVER_NAME, ...(options.headers as Readonly<Record<string, string>> | undefined) },
  });
  const answer = new Promise<OpenAnswer>((resolve, reject) => {
    request.on("response", (incoming) => resolve(follow(incoming)));
    request.on("error", reject);
  });
  request.end(body);
  return Object.assign(answer, { leave: () => void request.destroy() });
}

export async function send(address: Address, sent: Sent): Promise<Answer> {
  const answer = await open(address, sent);
  await answer.ended;
  return answer;
}

function follow(incoming: IncomingMessage): OpenAnswer {
  let text = "";
  const waiting = new Set<() => void>();
  incoming.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
    for (const look of waiting) look();
  });
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  incoming.on("end", resolve).on("error", reject);
  // Whoever does not wait for the end does not care how it ends.
  ended.catch(() => {});
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    get text() {
      return text;
    },
    async untilHas(wanted) {
      const found = Promise.withResolvers<void>();
      const look = () => text.includes(wanted) && found.resolve();
      waiting.add(look);
      look();
      const cut = ended.then(() => {
        if (!text.includes(wanted)) throw new Error(`It ended without '${wanted}': ${text}`);
      });
      await Promise.race([found.promise, cut]);
      waiting.delete(look);
    },
    ended,
    leave: () => void incoming.destroy(),
  };
}
