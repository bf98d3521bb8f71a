import { AppError } from "../../core/words/app-error.ts";

/** So long a failure counts when nothing was tried since. */
const FAILURE_MS = 60_000;

/** What is wrong with the database at present. */
export class StoreState {
  #problem: string | undefined;
  #since = 0;
  #lastAt = 0;

  /** For the operator and for clients: no path. Undefined when all is well, as far as is known. */
  get problem(): string | undefined {
    return performance.now() - this.#lastAt > FAILURE_MS ? undefined : this.#problem;
  }

  /** For how long it has been so, in milliseconds. */
  get problemMs(): number {
    return this.#problem === undefined ? 0 : performance.now() - this.#since;
  }

  failed(problem: string): void {
    const now = performance.now();
    if (this.problem === undefined) this.#since = now;
    this.#lastAt = now;
    this.#problem = problem;
  }

  worked(): void {
    this.#problem = undefined;
  }
}

/** Something outside of the server keeps it from its records. */
export function storeFailure(problem: string, cause: unknown): AppError {
  const message = `The server cannot use its records at present: ${problem}. Try again later.`;
  return new AppError({ kind: "store-unavailable", message }, { cause });
}
