/**
 * An async iterable whose items come in batches: items that are available at the same time are delivered together, so that
 * reading them costs a single wait. It can also be read item by item. For one reader, which must not ask again before it has
 * its answer.
 */
export abstract class BatchStream<Item> implements AsyncIterableIterator<Item, void, undefined> {
  #rest: readonly Item[] = [];
  #restAt = 0;
  /** The most recent request for a batch. */
  #asked: Promise<readonly Item[] | undefined> | undefined;
  /** The most recent request was made without a reader, and nobody has taken its result yet. */
  #isUntaken = false;
  #isLeft = false;

  /** The next items, at least one; undefined when there are no more. */
  protected abstract pull(): Promise<readonly Item[] | undefined>;

  /** Called when the reader has left and no pull is in progress. */
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
    // Proof for the cast: the index is inside the batch.
    return { value: value as Item, done: false };
  }

  /**
   * Requests the first items before anybody reads, so that the producer starts working. If it fails, the reader gets the error.
   */
  begin(): void {
    this.#ask().catch(() => {});
    this.#isUntaken = true;
  }

  /**
   * Puts items back that were read and, with `isAskedFor`, the pending request whose result was not taken. They are read again,
   * first.
   */
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

  /** Called when the reader leaves. A pull in progress is then awaited before `close` is called. */
  protected leaving(): void {}

  /** Takes the items that were delivered but not read. */
  protected takeRest(): readonly Item[] {
    const rest = this.#rest.slice(this.#restAt);
    this.#rest = [];
    this.#restAt = 0;
    return rest;
  }

  /** Takes the pending request whose result was not taken, for another stream that continues with this one's items. */
  protected takeAsked(): Promise<readonly Item[] | undefined> | undefined {
    const asked = this.#isUntaken ? this.#asked : undefined;
    this.#isUntaken = false;
    return asked;
  }

  #ask(): Promise<readonly Item[] | undefined> {
    return (this.#asked = this.#isLeft ? Promise.resolve(undefined) : this.pull());
  }
}

/** The stream itself, or a stream over items that come one by one. */
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
