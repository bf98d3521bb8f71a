import { toBatches } from "../../lib/batch-stream.ts";
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
  /** What ends the stream when the events fail; without it the connection breaks. */
  readonly tellFailure?: (thrown: unknown) => string;
}

/**
 * Server-sent events as a response body. What is there at once goes out in one write. Events are taken from `events` only when
 * the reader asks for them, so a reader that stalls stops the turn; keep-alives are not written to a stalled reader either.
 */
export function createSseStream(
  events: AsyncIterable<string>,
  { keepAliveMs, keepAlive = () => COMMENT, isSilent, onCancel, tellFailure }: SseOptions,
): ReadableStream<Uint8Array> {
  const stream = toBatches(events);
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
        let texts: readonly string[] | undefined;
        try {
          texts = await stream.nextBatch();
        } catch (thrown) {
          if (isEnded) return;
          end();
          if (!tellFailure) throw thrown;
          write(controller, tellFailure(thrown));
          controller.close();
          return;
        }
        isReaderWaiting = false;
        if (isEnded) return;
        if (texts) {
          write(controller, texts.join(""));
          return;
        }
        end();
        controller.close();
      },
      async cancel() {
        end();
        onCancel();
        await stream.return();
      },
    },
    { highWaterMark: 0 },
  );
}
