/** The only file that uses timers, so that every wait can be cancelled and none keeps the process alive. */

/** The longest delay of Node's timers; a longer one would fire at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Resolves after `ms`; rejects with the signal's reason if it aborts first. */
export function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** Calls `task` once after `ms`, unless cancelled. Does not keep the process alive. */
export function schedule(ms: number, task: () => void): { cancel(): void } {
  const timer = setTimeout(task, ms);
  timer.unref();
  return { cancel: () => clearTimeout(timer) };
}

/** Calls `task` every `ms` until cancelled. Does not keep the process alive. */
export function repeat(ms: number, task: () => void): { cancel(): void } {
  const timer = setInterval(task, ms);
  timer.unref();
  return { cancel: () => clearInterval(timer) };
}

/** Calls `task` once what runs now has settled, promise callbacks included, unless cancelled. */
export function soon(task: () => void): { cancel(): void } {
  const immediate = setImmediate(task);
  return { cancel: () => clearImmediate(immediate) };
}

/** Lets pending I/O and promise callbacks run once. */
export function nextTick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
