import type { WebSocket } from "ws";

import { abortable } from "../../lib/abortable.ts";

/** Beyond this much that the client has not taken, the turns wait. */
const MAX_BUFFERED_BYTES = 256 * 1024;

/** Writes to one WebSocket, no faster than its client reads. */
export class SocketWriter {
  readonly #socket: WebSocket;
  readonly #signal: AbortSignal;
  readonly #onProgress: () => void;

  /** `onProgress` hears whenever the client has taken something. */
  constructor(socket: WebSocket, signal: AbortSignal, onProgress: () => void) {
    this.#socket = socket;
    this.#signal = signal;
    this.#onProgress = onProgress;
  }

  get isFull(): boolean {
    return this.#socket.bufferedAmount > MAX_BUFFERED_BYTES;
  }

  /**
   * Resolves when there is room for more. A sign of life of the server's own (`isOwnSign`) is no progress: it leaves the machine
   * whether the client takes it or not.
   * @throws the signal's reason when the connection ends before
   */
  async write(text: string, isOwnSign = false): Promise<void> {
    this.#signal.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<void>();
    // Whether it failed is known from the connection's end.
    this.#socket.send(text, () => {
      if (!isOwnSign) this.#onProgress();
      resolve();
    });
    if (this.isFull) await abortable(promise, this.#signal);
  }
}
