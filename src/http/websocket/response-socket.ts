import { setMaxListeners } from "node:events";

import type { RawData, WebSocket } from "ws";

import { AppError, toAppError } from "../../core/words/app-error.ts";
import type { JsonObject } from "../../core/words/client-tool.ts";
import { assertNever } from "../../lib/assert-never.ts";
import { repeat, schedule } from "../../lib/time.ts";
import { RequestError } from "../../protocols/request-error.ts";
import { parseClientEvent, readFrame, readStreamId } from "../../protocols/responses/client-event.ts";
import {
  encodeSocketEvent,
  formatSocketError,
  formatSteerRefusal,
} from "../../protocols/responses/socket-event.ts";
import type { AppDependencies } from "../app-dependencies.ts";
import { ResponseLanes } from "../../service/responses/response-lanes.ts";
import { SocketHistory } from "../../service/responses/socket-history.ts";
import { type SocketContext, type SocketRequest, SocketResponse } from "./socket-response.ts";
import { SocketWriter } from "./socket-writer.ts";

/** OpenAI's limit too, so its clients are ready for it. */
const MAX_AGE_MS = 60 * 60 * 1000;
/** After this many pings without a sign of life, the client counts as gone. */
const MAX_MISSED_PINGS = 4;
/** How many bodies of the largest size may wait, and be remembered, on one connection. */
const MAX_BODIES = 4;

const GOING_AWAY = 1001;
const UNSUPPORTED_DATA = 1003;

export interface ResponseSocketParts {
  readonly dependencies: AppDependencies;
  readonly caller: SocketContext["caller"];
  /** Aborts when the server takes no more requests. */
  readonly closing: AbortSignal;
}

/**
 * One WebSocket of `/v1/responses`. Its responses end with it; when the server closes or the connection is too old, running
 * responses still come to their end.
 */
export class ResponseSocket {
  readonly #socket: WebSocket;
  readonly #parts: ResponseSocketParts;
  readonly #context: SocketContext;
  readonly #lanes: ResponseLanes;
  readonly #writer: SocketWriter;
  readonly #running = new Set<SocketResponse>();
  readonly #ended = new AbortController();
  #received: Promise<void> = Promise.resolve();
  #missedPings = 0;
  /** Why no more requests are accepted. */
  #farewell: AppError | undefined;

  constructor(socket: WebSocket, parts: ResponseSocketParts) {
    const { dependencies, caller } = parts;
    const maxBytes = MAX_BODIES * dependencies.options.maxBodyBytes;
    const { signal } = this.#ended;
    // Each running or waiting response listens to it.
    setMaxListeners(0, signal);
    this.#socket = socket;
    this.#parts = parts;
    this.#writer = new SocketWriter(socket, signal, () => this.#noteSign());
    const history = new SocketHistory(maxBytes);
    this.#context = { dependencies, caller, history, writer: this.#writer, signal };
    this.#lanes = new ResponseLanes({ maxBytes, signal, onIdle: () => this.#leaveWhenDone() });
  }

  /** Serves the connection; resolves with the close code when it has ended. */
  async serve(): Promise<number> {
    const { closing, dependencies } = this.#parts;
    const { options } = dependencies;
    const ended = Promise.withResolvers<number>();
    this.#socket.on("close", (code) => ended.resolve(code));
    // A frame that is too large or broken ends the connection; the close code says why.
    this.#socket.on("error", () => {});
    this.#socket.on("message", (data, isBinary) => {
      if (this.#socket.readyState !== this.#socket.OPEN) return;
      this.#noteSign();
      // One at a time: a large message takes a while to read, and no more are accepted meanwhile.
      this.#socket.pause();
      this.#received = this.#received.then(() => this.#receive(data, isBinary));
    });
    this.#socket.on("pong", () => this.#noteSign());
    this.#socket.on("ping", () => this.#holdBack());
    const pings = repeat(options.keepAliveMs, () => this.#ping());
    const age = schedule(options.socketMaxAgeMs ?? MAX_AGE_MS, () => this.#leave(tooOld()));
    const onClosing = () => this.#leave(serverCloses());
    closing.addEventListener("abort", onClosing, { once: true });
    if (closing.aborted) onClosing();
    try {
      return await ended.promise;
    } finally {
      closing.removeEventListener("abort", onClosing);
      pings.cancel();
      age.cancel();
      this.#ended.abort();
    }
  }

  async #receive(data: RawData, isBinary: boolean): Promise<void> {
    if (isBinary) {
      this.#close(UNSUPPORTED_DATA, "Only text messages are understood.");
      return;
    }
    // Proof: the socket hands out whole messages in one buffer.
    const bytes = data as Buffer;
    let streamId: string | undefined;
    try {
      const frame = await readFrame(bytes);
      streamId = readStreamId(frame);
      this.#handle(frame, streamId, bytes.length);
    } catch (thrown) {
      this.#say(formatSocketError(toAppError(thrown)), streamId);
    }
    if (!this.#writer.isFull) this.#socket.resume();
  }

  #handle(frame: JsonObject, streamId: string | undefined, bytes: number): void {
    const event = parseClientEvent(frame);
    switch (event.type) {
      case "create":
        this.#create({ streamId, body: event.body, isWarmUp: event.isWarmUp }, bytes);
        return;
      case "cancel":
        this.#cancel(event.responseId, streamId);
        return;
      case "steer":
        this.#say(formatSteerRefusal(event), streamId);
        return;
      case "note":
        return;
      default:
        assertNever(event);
    }
  }

  #create(request: SocketRequest, bytes: number): void {
    if (this.#farewell) throw this.#farewell;
    this.#lanes.add(request.streamId, bytes, async () => {
      const response = new SocketResponse(this.#context, request);
      this.#running.add(response);
      await response.run();
      this.#running.delete(response);
    });
  }

  #cancel(responseId: string | undefined, streamId: string | undefined): void {
    const running = [...this.#running].find((response) =>
      responseId === undefined ? response.streamId === streamId : response.id === responseId,
    );
    if (running) return running.cancel();
    throw new RequestError(
      "response_not_active",
      "There is nothing to cancel: no such response runs on this connection.",
      "response_id",
    );
  }

  /** Does not wait for the client to take it: the client's next message is not read before then. */
  #say(event: JsonObject, streamId?: string): void {
    this.#writer.write(encodeSocketEvent(event, streamId)).catch(() => {
      // The connection has ended.
    });
  }

  /** Stops reading from a client that does not read. */
  #holdBack(): void {
    const { readyState, OPEN } = this.#socket;
    if (this.#writer.isFull && readyState === OPEN) this.#socket.pause();
  }

  #noteSign(): void {
    this.#missedPings = 0;
    if (this.#socket.isPaused && !this.#writer.isFull) this.#socket.resume();
  }

  #ping(): void {
    // Counted rather than timed: after the machine has slept, the client must get its chance to answer.
    this.#missedPings += 1;
    if (this.#missedPings > MAX_MISSED_PINGS && !this.#socket.isPaused) return this.#socket.terminate();
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  #leave(reason: AppError): void {
    this.#farewell ??= reason;
    this.#leaveWhenDone();
  }

  #leaveWhenDone(): void {
    if (!this.#farewell || !this.#lanes.isIdle || this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#farewell instanceof RequestError) this.#say(formatSocketError(this.#farewell));
    this.#close(GOING_AWAY, this.#farewell.message.slice(0, 100));
  }

  /** The client's own close is read, whatever its messages were held back for. */
  #close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    this.#socket.resume();
  }
}

function tooOld(): RequestError {
  return new RequestError(
    "websocket_connection_limit_reached",
    "Responses websocket connection limit reached (60 minutes). Create a new websocket connection to continue.",
  );
}

function serverCloses(): AppError {
  return new AppError({ kind: "shutting-down", message: "The server is stopping." });
}
