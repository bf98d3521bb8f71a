/** Questions that wait for their replies, each under an id of its own. */
export class PendingReplies<Reply> {
  readonly #waiting = new Map<string, (reply: Reply) => void>();

  /** In the order in which they were asked. */
  get ids(): readonly string[] {
    return [...this.#waiting.keys()];
  }

  /** Resolves with the reply; rejects with the signal's reason when nobody waits for it any more. */
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

  /** False when nobody waits under this id. */
  give(id: string, reply: Reply): boolean {
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    resolve?.(reply);
    return resolve !== undefined;
  }
}
