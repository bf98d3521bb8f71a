/** Runs one task at a time for each key; the others wait in order of arrival. */
export class KeyedLock {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<Result>(key: string, task: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(key);
    const result = before === undefined ? task() : before.then(task, task);
    this.#last.set(key, result);
    try {
      return await result;
    } finally {
      // Nobody is waiting behind this task.
      if (this.#last.get(key) === result) this.#last.delete(key);
    }
  }
}
