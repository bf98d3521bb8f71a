/**
 * An async iterable whose items come one or several at a time: those that are there at once are handed over at once, so that
 * reading them costs one wait. It can also be read item by item. For one reader, that asks again only when it has its answer.
 */
export abstract class BatchStream<Item> implements AsyncIterableIterator<Item, void, undefined> {
  #rest: readonly Item[] = [];
  #restAt = 0;
  /** What was asked for last. */
  #asked: Promise<readonly Item[] | undefined> | undefined;
  /** It was asked for, and nobody has taken it yet. */
  #isUntaken = false;
  #isLeft = false;

  /** The next items, at least one; undefined when there are no more. */
  protected abstract pull(): Promise<readonly Item[] | undefined>;

  /** The reader has left; nothing is being pulled. */
  protected abstract close(): Promise<void>;

  /** The next items, at least one; undefined when there are no more. */
  nextBatch(): Promise<readonly Item[] | undefined> {
    if (this.#restAt < this.#rest.length) return Promise.resolve(this.takeRest());
    if (this.#asked && this.#isUntaken) {
      this.#isUntaken = false;
      return this.#asked;
    }
    return this.#ask();
  }

  async next(): Promise<IteratorResult<Item, void>> {
    if (this.#restAt >= this.#rest.length) {
      const batch = await this.nextBatch();
      if (!batch) return { value: undefined, done: true };
      this.#rest = batch;
      this.#restAt = 0;
    }
    const value = this.#rest[this.#restAt];
    this.#restAt += 1;
    // Proof for the cast: the place is inside the batch.
    return { value: value as Item, done: false };
  }

  /** Asks for the first items before anybody reads, so that what produces them goes to work. A failure waits for the reader. */
  begin(): void {
    this.#ask().catch(() => {});
    this.#isUntaken = true;
  }

  /** Gives back what was read, and what was asked for last when its answer has not been taken: it comes again, first. */
  putBack(items: readonly Item[], isAskedFor = false): void {
    this.#rest = [...items, ...this.takeRest()];
    this.#isUntaken ||= isAskedFor;
  }

  async return(): Promise<IteratorResult<Item, void>> {
    const isLeft = this.#isLeft;
    this.#isLeft = true;
    this.takeRest();
    if (!isLeft) {
      this.leaving();
      await this.#asked?.catch(() => {});
      await this.close();
    }
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The reader leaves, and what is being pulled is waited for before it is closed. */
  protected leaving(): void {}

  /** What was handed over and not read. */
  protected takeRest(): readonly Item[] {
    const rest = this.#rest.slice(this.#restAt);
    this.#rest = [];
    this.#restAt = 0;
    return rest;
  }

  /** What was asked for and not taken, for who goes on with this stream's items in another one. */
  protected takeAsked(): Promise<readonly Item[] | undefined> | undefined {
    const asked = this.#isUntaken ? this.#asked : undefined;
    this.#isUntaken = false;
    return asked;
  }

  #ask(): Promise<readonly Item[] | undefined> {
    return (this.#asked = this.#isLeft ? Promise.resolve(undefined) : this.pull());
  }
}

/** The stream itself, or a stream of what comes item by item. */
export function toBatches<Item>(items: AsyncIterable<Item> | Iterable<Item>): BatchStream<Item> {
  return items instanceof BatchStream ? items : new SingleItems(items);
}

class SingleItems<Item> extends BatchStream<Item> {
  readonly #iterator: AsyncIterator<Item> | Iterator<Item>;

  constructor(items: AsyncIterable<Item> | Iterable<Item>) {
    super();
    this.#iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  }

  protected async pull(): Promise<readonly Item[] | undefined> {
    const { value, done } = await this.#iterator.next();
    return done ? undefined : [value];
  }

  protected async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}
