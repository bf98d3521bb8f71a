import { Semaphore } from "./semaphore.ts";

/** One holder per key at a time; the others wait in the order they came. Keys without holders cost nothing. */
export class KeyedLock {
  readonly #locks = new Map<string, Semaphore>();

  isHeld(key: string): boolean {
    return this.#locks.has(key);
  }

  async acquire(key: string, signal: AbortSignal): Promise<() => void> {
    let lock = this.#locks.get(key);
    if (!lock) {
      lock = new Semaphore(1);
      this.#locks.set(key, lock);
    }
    const held = lock;
    const release = await held.acquire(signal);
    return () => {
      release();
      if (held.held === 0) this.#locks.delete(key);
    };
  }
}
