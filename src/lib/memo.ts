/** Remembers the results that were used last, at most `limit` of them. */
export class Memo<Result> {
  readonly #limit: number;
  readonly #results = new Map<string, Result>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: string, make: () => Result): Result {
    const known = this.#results.get(key);
    const result = known ?? make();
    // The one that was used last stands last.
    this.#results.delete(key);
    this.#results.set(key, result);
    const [oldest] = this.#results.keys();
    if (this.#results.size > this.#limit && oldest !== undefined) this.#results.delete(oldest);
    return result;
  }
}
