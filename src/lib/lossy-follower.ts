/** So many events were lost: this reader was too slow. */
export interface EventsLost {
  readonly type: "events-lost";
  readonly count: number;
}

/** How many unread events are kept for a reader. */
const MAX_UNREAD = 2_000;

/** One reader of events. What makes them never waits for it: it loses the oldest events and is told how many. */
export class LossyFollower<Event> implements AsyncIterableIterator<Event | EventsLost> {
  #unread: Event[];
  #readAt = 0;
  #lost: number;
  #onEnd: (() => void) | undefined;
  #waiting: ((result: IteratorResult<Event | EventsLost>) => void) | undefined;
  #isEnded = false;

  /** `events`: what there is already, with the number of those that are no longer kept. */
  constructor(events: readonly Event[], lost: number, onEnd: () => void) {
    this.#unread = [...events];
    this.#lost = lost;
    this.#onEnd = onEnd;
  }

  push(event: Event): void {
    if (this.#isEnded) return;
    const waiting = this.#waiting;
    if (waiting) {
      this.#waiting = undefined;
      waiting({ value: event, done: false });
      return;
    }
    this.#unread.push(event);
    const tooMany = this.#unread.length - this.#readAt - MAX_UNREAD;
    if (tooMany <= 0) return;
    this.#readAt += tooMany;
    this.#lost += tooMany;
    this.#dropRead();
  }

  /** The reader gets what is left, then the end. */
  end(): void {
    this.#isEnded = true;
    this.#onEnd?.();
    this.#onEnd = undefined;
    this.#waiting?.({ value: undefined, done: true });
    this.#waiting = undefined;
  }

  next(): Promise<IteratorResult<Event | EventsLost>> {
    if (this.#lost > 0) {
      const count = this.#lost;
      this.#lost = 0;
      return Promise.resolve({ value: { type: "events-lost", count }, done: false });
    }
    const event = this.#unread[this.#readAt];
    if (event !== undefined) {
      this.#readAt += 1;
      this.#dropRead();
      return Promise.resolve({ value: event, done: false });
    }
    if (this.#isEnded) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  return(): Promise<IteratorResult<Event | EventsLost>> {
    this.end();
    this.#unread = [];
    this.#lost = 0;
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Not one by one: that would move all the others each time. */
  #dropRead(): void {
    if (this.#readAt < MAX_UNREAD) return;
    this.#unread = this.#unread.slice(this.#readAt);
    this.#readAt = 0;
  }
}
