/** The output of a stage for an item: immediate, or a promise where the stage has to wait for something. */
export type Made<Item> = readonly Item[] | Promise<readonly Item[]>;

/**
 * One step that the items of a stream pass through: one item in, any number out. It may keep state, so each stream needs its
 * own.
 */
export interface Stage<In, Out> {
  of(item: In): Made<Out>;
  /** The remaining output after the last item. */
  end?(): Made<Out>;
  /**
   * The output that replaces the rest when the source has failed; the stream then ends normally. Without this method the error
   * is passed on.
   */
  fail?(thrown: unknown): Made<Out>;
  /** Called when the stream is over, however it ended; when its reader has left, after what it reads from has heard of that. */
  close?(): void;
}

/** Combines two stages into one. */
export function chain<In, Middle, Out>(first: Stage<In, Middle>, second: Stage<Middle, Out>): Stage<In, Out> {
  const endWith = (last: Made<Middle>) => joined(passAll(second, last), () => second.end?.() ?? []);
  return {
    of: (item) => passAll(second, first.of(item)),
    end: () => endWith(first.end?.() ?? []),
    fail(thrown) {
      if (first.fail) return endWith(first.fail(thrown));
      if (second.fail) return second.fail(thrown);
      throw thrown;
    },
    close() {
      first.close?.();
      second.close?.();
    },
  };
}

/** Combines any number of stages into one, in order; without any, items pass unchanged. */
export function chainAll<Item>(stages: readonly Stage<Item, Item>[]): Stage<Item, Item> {
  const [first, ...others] = stages;
  return first ? others.reduce((all, next) => chain(all, next), first) : { of: (item) => [item] };
}

/** Passes all items through a stage, in order. Returns a promise only if the stage had to wait. */
export function passAll<In, Out>(stage: Stage<In, Out>, items: Made<In>): Made<Out> {
  if (items instanceof Promise) return items.then((all) => passAll(stage, all));
  const [only] = items;
  if (items.length === 1 && only !== undefined) return stage.of(only);
  const out: Out[] = [];
  for (const [index, item] of items.entries()) {
    const made = stage.of(item);
    if (made instanceof Promise) return passRest(stage, out, made, items.slice(index + 1));
    out.push(...made);
  }
  return out;
}

async function passRest<In, Out>(
  stage: Stage<In, Out>,
  out: Out[],
  waitedFor: Promise<readonly Out[]>,
  rest: readonly In[],
): Promise<readonly Out[]> {
  out.push(...(await waitedFor));
  for (const item of rest) out.push(...(await stage.of(item)));
  return out;
}

function joined<Item>(items: Made<Item>, more: () => Made<Item>): Made<Item> {
  if (items instanceof Promise) return items.then(async (all) => [...all, ...(await more())]);
  const rest = more();
  return rest instanceof Promise ? rest.then((all) => [...items, ...all]) : [...items, ...rest];
}
