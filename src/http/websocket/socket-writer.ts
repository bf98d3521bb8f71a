import type { WebSocket } from "ws";

import { abortable } from "../../lib/abortable.ts";

/** When the client has more than this much unread, the turns wait. */
const MAX_BUFFERED_BYTES = 256 * 1024;

/** Writes to one WebSocket, no faster than its client reads. */
export class SocketWriter {
  readonly #socket: WebSocket;
  readonly #signal: AbortSignal;
  readonly #onProgress: () => void;

  /** `onProgress` is called whenever the client has taken something. */
  constructor(socket: WebSocket, signal: AbortSignal, onProgress: () => void) {
    this.#socket = socket;
    this.#signal = signal;
    this.#onProgress = onProgress;
  }

  get isFull(): boolean {
    return this.#socket.bufferedAmount > MAX_BUFFERED_BYTES;
  }

  /**
   * Resolves when there is room for more. A sign of life from the server itself (`isOwnSign`) does not count as progress: it
   * leaves the machine whether or not the client takes it.
   * @throws the signal's reason when the connection ends first
   */
  async write(text: string, isOwnSign = false): Promise<void> {
    this.#signal.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<void>();
    // The end of the connection shows whether it failed.
    this.#socket.send(text, () => {
      if (!isOwnSign) this.#onProgress();
      resolve();
    });
    if (this.isFull) await abortable(promise, this.#signal);
  }
}
