import { abortable } from "../../lib/abortable.ts";
import type { ResponseEvent } from "../../protocols/responses/response-head.ts";

/** The events of one response in order, for any number of readers, each at its own pace. Bounded by what a turn can say. */
export class EventLog {
  readonly #events: ResponseEvent[] = [];
  #more = Promise.withResolvers<void>();
  #isEnded = false;

  get events(): readonly ResponseEvent[] {
    return this.#events;
  }

  append(events: readonly ResponseEvent[]): void {
    if (events.length === 0) return;
    this.#events.push(...events);
    this.#wake();
  }

  /** Nothing comes after it. */
  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  /**
   * The events with a higher number than `after`: those that there are, then the others as they come, up to the end.
   * `onTaken` hears, before each wait, how many events of the log this reader has got.
   * @throws the signal's reason when it aborts while waiting
   */
  async *read(
    after: number,
    signal: AbortSignal,
    onTaken?: (count: number) => void,
  ): AsyncGenerator<ResponseEvent, void, undefined> {
    for (let next = 0; ;) {
      const event = this.#events[next];
      if (event === undefined) {
        if (this.#isEnded) return;
        await abortable(this.#more.promise, signal);
        continue;
      }
      next += 1;
      onTaken?.(next);
      if (event.sequence_number > after) yield event;
    }
  }

  #wake(): void {
    const { resolve } = this.#more;
    this.#more = Promise.withResolvers<void>();
    resolve();
  }
}
