import type { ServerResponse } from "node:http";
import { nextTick } from "../lib/time.ts";

/** How many writes in a row before other connections, and the event of a client that leaves, get their turn. */
const writesPerBreak = 32;

/** The way back to one client: writes with back-pressure and knows when the client has left. */
export class ReplyConnection {
  /** Counts the bytes of the body as they are written; the record keeps it after the connection has ended. */
  readonly written = { bytes: 0 };
  readonly #response: ServerResponse;
  #writes = 0;
  readonly #left = new AbortController();

  constructor(response: ServerResponse) {
    this.#response = response;
    response.once("close", () => this.#left.abort(new ConnectionLost()));
    // A write that races with the client's departure; `close` follows and tells the rest.
    response.on("error", () => {});
  }

  /** Aborts when the connection is gone, by whichever side, or the response is complete. */
  get signal(): AbortSignal {
    return this.#left.signal;
  }

  get hasStarted(): boolean {
    return this.#response.headersSent;
  }

  start(status: number, headers: Readonly<Record<string, string>>): void {
    this.#response.writeHead(status, headers);
    this.#response.flushHeaders();
  }

  /** Resolves when the socket can take more; rejects when the client has left. */
  async write(content: string): Promise<void> {
    this.signal.throwIfAborted();
    this.written.bytes += Buffer.byteLength(content);
    this.#writes += 1;
    if (this.#response.write(content)) {
      if (this.#writes % writesPerBreak === 0) await nextTick();
      return;
    }
    await this.wait(new Promise((resolve) => this.#response.once("drain", resolve)));
  }

  /** Resolves when everything was handed to the operating system; rejects if the client left before. */
  async finish(content = ""): Promise<void> {
    this.signal.throwIfAborted();
    this.written.bytes += Buffer.byteLength(content);
    const response = this.#response;
    await new Promise<void>((resolve, reject) => {
      // `close` also follows a complete response, possibly before anyone has seen it finish.
      response.once("close", () => {
        if (response.writableFinished) resolve();
        else reject(this.signal.reason);
      });
      response.end(content);
    });
  }

  async destroy(): Promise<void> {
    const { socket } = this.#response;
    // A reset makes the client's system discard what it has not read yet, so it is used only when nothing was sent; otherwise the
    // incomplete response tells the client.
    if (socket && !this.hasStarted) {
      socket.resetAndDestroy();
      return;
    }
    // Node buffers what is written in the same tick; destroying the socket now would lose it.
    await nextTick();
    this.#response.destroy();
  }

  /** The promise's value, unless the client leaves first. */
  wait<Value>(promise: Promise<Value>): Promise<Value> {
    const { signal } = this;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const onAbort = () => reject(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
    });
  }
}

/** The client is gone; there is nobody left to answer. */
export class ConnectionLost extends Error {
  override name = "ConnectionLost";

  constructor() {
    super("The connection was closed before the reply ended");
  }
}
