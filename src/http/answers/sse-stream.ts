import type { UnderlyingSource } from "node:stream/web";

import { type BatchStream, toBatches } from "../../lib/batch-stream.ts";
import { SilenceTimer } from "../../lib/silence-timer.ts";
import { schedule, soon } from "../../lib/time.ts";

const encoder = new TextEncoder();
/** What fills a silence when the protocol has no event for it. */
export const COMMENT = ": keep-alive\n\n";

export interface SseOptions {
  /** `keepAlive` is called after this long without an event. */
  readonly keepAliveMs: number;
  /**
   * Returns what fills a silence: a whole event or comment, or undefined when it has sent an event through the stream itself;
   * default a comment.
   */
  readonly keepAlive?: () => string | undefined;
  /** The client has already waited for a while: begin with `keepAlive`. */
  readonly isSilent: boolean;
  /** Called when the reader leaves before the end. */
  readonly onCancel: () => void;
  /** What ends the stream when the events fail; without it the connection breaks. */
  readonly tellFailure?: (thrown: unknown) => string;
}

/** There are at most two writes in this time, half a frame of a screen; what arrives meanwhile goes out together. */
const WINDOW_MS = 8;
/** The most that is held for the next write, in characters. */
const MAX_HELD = 64 * 1024;

/**
 * Server-sent events as a response body. What is there at once goes out in one write, and so does what comes in a rush: a write
 * costs more than all else that is done for a piece of text. Events are taken from `events` only while the reader waits, so a
 * reader that stalls stops the turn; keep-alives are not written to a stalled reader either.
 */
export function createSseStream(
  events: AsyncIterable<string>,
  options: SseOptions,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(new SseSource(events, options), { highWaterMark: 0 });
}

class SseSource implements UnderlyingSource<Uint8Array> {
  readonly #events: BatchStream<string>;
  readonly #options: SseOptions;
  #silence: SilenceTimer | undefined;
  /** Lets the reader, which waits, go on once something is written. */
  #endWait: (() => void) | undefined;
  #isAsking = false;
  #held = "";
  #timer: { cancel(): void } | undefined;
  #lastWriteAt = -Infinity;
  #writeBeforeAt = -Infinity;
  #isEnded = false;

  constructor(events: AsyncIterable<string>, options: SseOptions) {
    this.#events = toBatches(events);
    this.#options = options;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const { keepAliveMs, isSilent } = this.#options;
    if (isSilent) this.#fillSilence(controller);
    this.#silence = new SilenceTimer(keepAliveMs, () => {
      const isQueueEmpty = (controller.desiredSize ?? 0) >= 0;
      if (this.#endWait && this.#held === "" && isQueueEmpty) this.#fillSilence(controller);
    });
  }

  pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    return new Promise((resolve) => {
      this.#endWait = resolve;
      this.#goOn(controller);
    });
  }

  async cancel(): Promise<void> {
    this.#end();
    this.#options.onCancel();
    await this.#events.return();
  }

  /** The reader waits: it gets what is held, or what comes next. */
  #goOn(controller: ReadableStreamDefaultController<Uint8Array>): void {
    if (this.#held !== "") {
      if (this.#held.length >= MAX_HELD) return this.#writeHeld(controller);
      this.#timer ??= this.#planWrite(() => this.#writeHeld(controller));
    }
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#events.nextBatch().then(
      (texts) => this.#hear(controller, texts),
      (thrown: unknown) => this.#fail(controller, thrown),
    );
  }

  #planWrite(write: () => void): { cancel(): void } {
    const waitMs = this.#writeBeforeAt + WINDOW_MS - performance.now();
    // Events that are made one after the other, such as those that open an answer, are there at once for the reader.
    return waitMs <= 0 ? soon(write) : schedule(waitMs, write);
  }

  #hear(controller: ReadableStreamDefaultController<Uint8Array>, texts: readonly string[] | undefined): void {
    this.#isAsking = false;
    if (this.#isEnded) return;
    for (const text of texts ?? []) this.#held += text;
    // What came after a write by the timer is held until the reader asks.
    if (texts && this.#endWait) return this.#goOn(controller);
    if (texts) return;
    this.#writeHeld(controller);
    this.#close(controller);
  }

  #fail(controller: ReadableStreamDefaultController<Uint8Array>, thrown: unknown): void {
    this.#isAsking = false;
    if (this.#isEnded) return;
    const { tellFailure } = this.#options;
    this.#writeHeld(controller);
    if (tellFailure) {
      this.#write(controller, tellFailure(thrown));
      this.#close(controller);
      return;
    }
    this.#end();
    controller.error(thrown);
  }

  #writeHeld(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#held === "") return;
    const text = this.#held;
    this.#held = "";
    this.#write(controller, text);
    this.#endWait?.();
    this.#endWait = undefined;
  }

  #write(controller: ReadableStreamDefaultController<Uint8Array>, text: string): void {
    this.#silence?.note();
    this.#writeBeforeAt = this.#lastWriteAt;
    this.#lastWriteAt = performance.now();
    controller.enqueue(encoder.encode(text));
  }

  #fillSilence(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const { keepAlive = () => COMMENT } = this.#options;
    const text = keepAlive();
    if (text !== undefined) this.#write(controller, text);
  }

  #close(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#end();
    controller.close();
  }

  #end(): void {
    this.#isEnded = true;
    this.#silence?.stop();
    this.#timer?.cancel();
    this.#endWait?.();
    this.#endWait = undefined;
  }
}
