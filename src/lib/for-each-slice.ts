import { Breath } from "./breath.ts";
import { nextTick } from "./time.ts";

const SLICE_MS = 8;

/**
 * Runs a synchronous `task` for every item, letting others run in between: for thousands of file system calls this is many
 * times faster than one promise each. If a task returns a promise, it is awaited.
 */
export async function forEachSlice<Item>(
  items: Iterable<Item>,
  task: (item: Item) => void | Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const breath = new Breath(SLICE_MS, nextTick);
  for (const item of items) {
    const pending = task(item);
    if (pending) await pending;
    if (!breath.isDue) continue;
    await breath.take();
    signal.throwIfAborted();
  }
  signal.throwIfAborted();
}
