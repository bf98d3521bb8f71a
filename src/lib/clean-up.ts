/** Tasks that end what has been started, run in reverse order. (AsyncDisposableStack, which Node 22 does not have.) */
export class CleanUp {
  readonly #tasks: (() => void | Promise<void>)[] = [];

  defer(task: () => void | Promise<void>): void {
    this.#tasks.push(task);
  }

  /** Runs every task, even if one fails; then throws the first error. */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (const task of this.#tasks.splice(0).toReversed()) {
      try {
        await task();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
