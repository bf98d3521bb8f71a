import { SilenceTimer } from "../../lib/silence-timer.ts";

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
}

/**
 * Server-sent events as a response body. Each event goes out in one write. An event is taken from `events` only when the reader
 * asks for it, so a stalled reader pauses the turn; keep-alives are not written to a stalled reader either.
 */
export function createSseStream(
  events: AsyncIterable<string>,
  { keepAliveMs, keepAlive = () => COMMENT, isSilent, onCancel }: SseOptions,
): ReadableStream<Uint8Array> {
  const iterator = events[Symbol.asyncIterator]();
  let isReaderWaiting = false;
  let isEnded = false;
  let silence: SilenceTimer | undefined;

  function write(controller: ReadableStreamDefaultController<Uint8Array>, text: string): void {
    silence?.note();
    controller.enqueue(encoder.encode(text));
  }

  function fillSilence(controller: ReadableStreamDefaultController<Uint8Array>): void {
    const text = keepAlive();
    if (text !== undefined) write(controller, text);
  }

  function end(): void {
    isEnded = true;
    silence?.stop();
  }

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        if (isSilent) fillSilence(controller);
        silence = new SilenceTimer(keepAliveMs, () => {
          const isQueueEmpty = (controller.desiredSize ?? 0) >= 0;
          if (isReaderWaiting && isQueueEmpty) fillSilence(controller);
        });
      },
      async pull(controller) {
        isReaderWaiting = true;
        const next = await iterator.next().catch((thrown: unknown) => {
          end();
          throw thrown;
        });
        isReaderWaiting = false;
        if (isEnded) return;
        if (!next.done) {
          write(controller, next.value);
          return;
        }
        end();
        controller.close();
      },
      async cancel() {
        end();
        onCancel();
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
