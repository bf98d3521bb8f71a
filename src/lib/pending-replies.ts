/** Requests that wait for their replies, each under its own id. */
export class PendingReplies<Reply> {
  readonly #waiting = new Map<string, (reply: Reply) => void>();

  /** In the order in which they started waiting. */
  get ids(): readonly string[] {
    return [...this.#waiting.keys()];
  }

  /** Resolves with the reply; rejects with the signal's reason when it aborts first. */
  wait(id: string, signal: AbortSignal): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    this.#waiting.set(id, resolve);
    const leave = () => {
      this.#waiting.delete(id);
      reject(signal.reason);
    };
    signal.addEventListener("abort", leave, { once: true });
    return promise.finally(() => signal.removeEventListener("abort", leave));
  }

  /** False when nobody is waiting under this id. */
  give(id: string, reply: Reply): boolean {
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    resolve?.(reply);
    return resolve !== undefined;
  }
}
