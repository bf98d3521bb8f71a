import { RecentMap } from "./recent-map.ts";

/** Remembers the most recently used results, at most `limit` of them. */
export class Memo<Result> {
  readonly #results: RecentMap<string, Result>;

  constructor(limit: number) {
    this.#results = new RecentMap(limit);
  }

  get(key: string, make: () => Result): Result {
    const known = this.#results.get(key);
    if (known !== undefined) return known;
    const result = make();
    this.#results.set(key, result);
    return result;
  }
}
