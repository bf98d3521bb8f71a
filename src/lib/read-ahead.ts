/** An iterator that can always be ended early. */
export interface ClosableIterator<Item> extends AsyncIterableIterator<Item, void, undefined> {
  return(): Promise<IteratorResult<Item, void>>;
}

/**
 * Asks for the first item at once, so that what produces it goes to work before anybody reads. A failure of it waits until the
 * item is asked for.
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
