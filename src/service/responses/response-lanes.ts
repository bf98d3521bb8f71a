import { AppError } from "../../core/words/app-error.ts";
import { Semaphore } from "../../lib/semaphore.ts";
import { RequestError } from "../../protocols/request-error.ts";

/** OpenAI's own bounds for one connection. */
const MAX_RUNNING = 16;
const MAX_NAMED_LANES = 32;
/** How many responses may wait for earlier ones. */
const MAX_WAITING = 64;

type Task = () => Promise<void>;

/** Runs the responses of one connection: those of one lane in order, different lanes in parallel. */
export class ResponseLanes {
  readonly #places = new Semaphore(MAX_RUNNING);
  /** For each lane, when everything asked on it so far has ended; the key undefined is the lane without a name. */
  readonly #lanes = new Map<string | undefined, Promise<void>>();
  readonly #maxBytes: number;
  readonly #signal: AbortSignal;
  readonly #onIdle: () => void;
  #count = 0;
  #bytes = 0;

  /** `maxBytes` bounds all requests that wait or run; `onIdle` is called whenever the last one has ended. */
  constructor(parts: {
    readonly maxBytes: number;
    readonly signal: AbortSignal;
    readonly onIdle: () => void;
  }) {
    this.#maxBytes = parts.maxBytes;
    this.#signal = parts.signal;
    this.#onIdle = parts.onIdle;
  }

  get isIdle(): boolean {
    return this.#count === 0;
  }

  /**
   * `task` never rejects. It is not run if the connection has ended before its turn comes.
   * @throws AppError when the connection has too many lanes or too much to do
   */
  add(streamId: string | undefined, bytes: number, task: Task): void {
    this.#requireRoom(streamId, bytes);
    this.#count += 1;
    this.#bytes += bytes;
    const before = this.#lanes.get(streamId) ?? Promise.resolve();
    this.#lanes.set(streamId, this.#runAfter(before, bytes, task));
  }

  async #runAfter(before: Promise<void>, bytes: number, task: Task): Promise<void> {
    await before;
    try {
      const leave = await this.#places.acquire(this.#signal);
      await task().finally(leave);
    } catch (error) {
      if (!this.#signal.aborted) throw error;
    } finally {
      this.#count -= 1;
      this.#bytes -= bytes;
      if (this.isIdle) this.#onIdle();
    }
  }

  #requireRoom(streamId: string | undefined, bytes: number): void {
    const named = this.#lanes.size - (this.#lanes.has(undefined) ? 1 : 0);
    if (streamId !== undefined && !this.#lanes.has(streamId) && named >= MAX_NAMED_LANES) {
      throw new RequestError(
        "websocket_stream_limit_reached",
        `This WebSocket connection has reached its maximum number of distinct stream IDs (${MAX_NAMED_LANES}). Reuse an existing stream_id or open a new WebSocket connection.`,
        "stream_id",
      );
    }
    const isTooMuch = this.#count >= MAX_RUNNING + MAX_WAITING || this.#bytes + bytes > this.#maxBytes;
    if (isTooMuch && !this.isIdle) {
      throw new AppError({
        kind: "queue-full",
        message: "Too many requests wait on this connection. Send the next one when a response has ended.",
      });
    }
  }
}
