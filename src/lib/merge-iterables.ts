/** The outcome of reading one source. */
type Arrival<Item> =
  | { readonly type: "result"; readonly source: AsyncIterator<Item>; readonly result: IteratorResult<Item> }
  | { readonly type: "failure"; readonly source: AsyncIterator<Item>; readonly error: unknown };

/**
 * Yields the items of all sources as they arrive; each source's items keep their order, and no source starves another. At most
 * one item of each source waits unread, so a reader that stalls stops them all. If a source throws or the reader leaves, the
 * others are ended.
 */
export async function* mergeIterables<Item>(
  sources: readonly AsyncIterable<Item>[],
): AsyncGenerator<Item, void, undefined> {
  const open = new Set(sources.map((source) => source[Symbol.asyncIterator]()));
  const arrivals: Arrival<Item>[] = [];
  let wake: (() => void) | undefined;
  const arrive = (arrival: Arrival<Item>) => {
    arrivals.push(arrival);
    wake?.();
  };
  const ask = (source: AsyncIterator<Item>) => {
    source.next().then(
      (result) => arrive({ type: "result", source, result }),
      (error: unknown) => arrive({ type: "failure", source, error }),
    );
  };
  for (const source of open) ask(source);
  try {
    while (open.size > 0) {
      const arrival = arrivals.shift();
      if (!arrival) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
        continue;
      }
      const isOver = arrival.type === "failure" || arrival.result.done === true;
      if (isOver) open.delete(arrival.source);
      if (arrival.type === "failure") throw arrival.error;
      if (arrival.result.done) continue;
      yield arrival.result.value;
      ask(arrival.source);
    }
  } finally {
    await Promise.all(Array.from(open, (source) => source.return?.()));
  }
}
