import { onTestFinished } from "vitest";

import { API_KEY, type Turnpike } from "../../integration/start-turnpike.ts";

/** A socket to `/v1/responses` that knows no more of it than its frames. */
export interface ResponseSocket {
  send(message: Readonly<Record<string, unknown>>): void;
  /** The events up to the one that ends a response, or an error; `onEvent` hears of each as it comes. */
  readTurn(
    onEvent?: (event: Readonly<Record<string, unknown>>) => void,
  ): Promise<Readonly<Record<string, unknown>>[]>;
}

const LAST = new Set<unknown>(["response.completed", "response.incomplete", "response.failed", "error"]);

export async function openResponseSocket(turnpike: Turnpike): Promise<ResponseSocket> {
  const url = `${turnpike.url.replace(/^http/, "ws")}/v1/responses`;
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${API_KEY}` } });
  onTestFinished(() => socket.close());
  const arrived: Readonly<Record<string, unknown>>[] = [];
  let closed: string | undefined;
  let wake: (() => void) | undefined;
  socket.addEventListener("message", ({ data }) => {
    // Proof: each frame is a JSON object; what it holds the test checks.
    arrived.push(JSON.parse(String(data)) as Readonly<Record<string, unknown>>);
    wake?.();
  });
  socket.addEventListener("close", ({ code, reason }) => {
    closed = `The socket was closed: ${code} ${reason}`;
    wake?.();
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error("The socket did not open")));
  });
  const next = async () => {
    for (;;) {
      const event = arrived.shift();
      if (event) return event;
      if (closed !== undefined) throw new Error(closed);
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return {
    send: (message) => socket.send(JSON.stringify({ type: "response.create", model: "sonnet", ...message })),
    async readTurn(onEvent = () => {}) {
      const events: Readonly<Record<string, unknown>>[] = [];
      do {
        events.push(await next());
        onEvent(events.at(-1) ?? {});
      } while (!LAST.has(events.at(-1)?.["type"]));
      return events;
    },
  };
}
