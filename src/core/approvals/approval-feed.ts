import type { ApprovalEvent } from "../ports/approvals.ts";

/** Limit of unread events per watcher. */
const MAX_UNREAD = 500;

/** One watcher's events. A reader that falls behind loses the oldest ones. */
class Watcher implements AsyncIterableIterator<ApprovalEvent> {
  readonly #unread: ApprovalEvent[] = [];
  readonly #onEnd: () => void;
  #waiting: ((result: IteratorResult<ApprovalEvent>) => void)[] = [];
  #isEnded = false;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  push(event: ApprovalEvent): void {
    const waiting = this.#waiting.shift();
    if (waiting) {
      waiting({ value: event, done: false });
      return;
    }
    this.#unread.push(event);
    if (this.#unread.length > MAX_UNREAD) this.#unread.shift();
  }

  /** The reader gets the remaining events, then the end. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#onEnd();
    for (const waiting of this.#waiting.splice(0)) waiting({ value: undefined, done: true });
  }

  next(): Promise<IteratorResult<ApprovalEvent>> {
    const event = this.#unread.shift();
    if (event) return Promise.resolve({ value: event, done: false });
    if (this.#isEnded) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<ApprovalEvent>> {
    this.end();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** Distributes approval events to all watchers. */
export class ApprovalFeed {
  readonly #watchers = new Set<Watcher>();
  #isClosed = false;

  /** Receives events from the moment of this call, not only from the first read. */
  watch(signal: AbortSignal): AsyncIterable<ApprovalEvent> {
    const onAbort = () => watcher.end();
    const watcher = new Watcher(() => {
      this.#watchers.delete(watcher);
      signal.removeEventListener("abort", onAbort);
    });
    this.#watchers.add(watcher);
    if (signal.aborted || this.#isClosed) watcher.end();
    else signal.addEventListener("abort", onAbort, { once: true });
    return watcher;
  }

  publish(event: ApprovalEvent): void {
    for (const watcher of this.#watchers) watcher.push(event);
  }

  /** Ends every watcher. */
  close(): void {
    this.#isClosed = true;
    for (const watcher of this.#watchers) watcher.end();
  }
}
