/** An iterator that can always be ended early. */
export interface ClosableIterator<Item> extends AsyncIterableIterator<Item, void, undefined> {
  return(): Promise<IteratorResult<Item, void>>;
}

/**
 * Requests the first item at once, so that the producer starts before anybody reads. If the producer fails, the error is thrown
 * when the item is requested.
 */
export function readAhead<Item>(items: AsyncGenerator<Item, void, undefined>): ClosableIterator<Item> {
  let first: Promise<IteratorResult<Item, void>> | undefined = items.next();
  first.catch(() => {});
  return {
    next() {
      const next = first ?? items.next();
      first = undefined;
      return next;
    },
    return: () => items.return(undefined),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
