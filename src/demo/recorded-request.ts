import type { IncomingHttpHeaders } from "node:http";
import type { MessagesBody } from "./messages-body.ts";

/**
 * How the exchange ended: `finished` = everything the script wanted was sent, `aborted` = the client
 * dropped the connection first, `broken` = the script (or `close()`) destroyed it.
 */
export type RequestEnd = { type: "finished" | "aborted" | "broken"; at: number };

interface Exchange {
  body: MessagesBody;
  headers: IncomingHttpHeaders;
  path: string;
  sequence: number;
  written: { readonly bytes: number };
}

/** One `POST /v1/messages`, with what became of it. */
export class RecordedRequest {
  readonly body: MessagesBody;
  readonly headers: IncomingHttpHeaders;
  /** Path with query string, as sent. */
  readonly path: string;
  /** Clock of `performance.now()`, like all times here. */
  readonly receivedAt = performance.now();
  /** 1 for the first request since the start; `clear()` does not restart it. */
  readonly sequence: number;
  readonly ended: Promise<RequestEnd>;
  /** Why the request was refused with 400, if it was. */
  rejection: string | undefined;
  #end: RequestEnd | undefined;
  readonly #written: { readonly bytes: number };
  readonly #resolveEnded: (end: RequestEnd) => void;

  constructor(exchange: Exchange) {
    this.body = exchange.body;
    this.headers = exchange.headers;
    this.path = exchange.path;
    this.sequence = exchange.sequence;
    this.#written = exchange.written;
    const ended = Promise.withResolvers<RequestEnd>();
    this.ended = ended.promise;
    this.#resolveEnded = ended.resolve;
  }

  /** Body bytes sent so far. */
  get bytesWritten(): number {
    return this.#written.bytes;
  }

  get end(): RequestEnd | undefined {
    return this.#end;
  }

  /** True once the client has dropped the connection before the reply ended. */
  get aborted(): boolean {
    return this.#end?.type === "aborted";
  }

  get closedAt(): number | undefined {
    return this.#end?.at;
  }

  /** Called by the server; the first call counts. */
  markEnd(type: RequestEnd["type"]): void {
    if (this.#end) return;
    this.#end = { type, at: performance.now() };
    this.#resolveEnded(this.#end);
  }
}
