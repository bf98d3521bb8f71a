import { delay } from "../lib/time.ts";

const encoder = new TextEncoder();
const COMMENT = ": keep-alive\n\n";

export interface SseOptions {
  /** `keepAlive` is written after this long without an event. */
  readonly keepAliveMs: number;
  /** A whole event or comment; default a comment. */
  readonly keepAlive?: string;
  /** The client has heard nothing for a while already: begin with `keepAlive`. */
  readonly isSilent: boolean;
  /** Called when the reader leaves before the end. */
  readonly onCancel: () => void;
}

/**
 * Server-sent events as a response body. Each event goes out in one write. An event is taken from `events` only when the
 * reader asks for it, so a reader that stalls stops the turn; keep-alives are not written to a stalled reader either.
 */
export function createSseStream(
  events: AsyncIterable<string>,
  { keepAliveMs, keepAlive: keepAliveText = COMMENT, isSilent, onCancel }: SseOptions,
): ReadableStream<Uint8Array> {
  const iterator = events[Symbol.asyncIterator]();
  const keepAliveBytes = encoder.encode(keepAliveText);
  const ended = new AbortController();
  let isReaderWaiting = false;
  let lastWriteAt = performance.now();

  function write(controller: ReadableStreamDefaultController<Uint8Array>, bytes: Uint8Array): void {
    lastWriteAt = performance.now();
    controller.enqueue(bytes);
  }

  /** A second writer beside `pull`: one timer per quiet period, none per event. */
  async function keepAlive(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    while (!ended.signal.aborted) {
      const dueMs = lastWriteAt + keepAliveMs - performance.now();
      const isQueueEmpty = (controller.desiredSize ?? 0) >= 0;
      if (dueMs <= 0 && isReaderWaiting && isQueueEmpty) write(controller, keepAliveBytes);
      try {
        await delay(dueMs > 0 ? dueMs : keepAliveMs, ended.signal);
      } catch {
        return; // The stream has ended.
      }
    }
  }

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        if (isSilent) write(controller, keepAliveBytes);
        void keepAlive(controller);
      },
      async pull(controller) {
        isReaderWaiting = true;
        const next = await iterator.next();
        isReaderWaiting = false;
        if (ended.signal.aborted) return;
        if (!next.done) {
          write(controller, encoder.encode(next.value));
          return;
        }
        ended.abort();
        controller.close();
      },
      async cancel() {
        ended.abort();
        onCancel();
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
