/** How long a failure counts if nothing has been tried since. */
const FAILURE_MS = 60_000;

/** What is currently wrong with the database. */
export class StoreState {
  #problem: string | undefined;
  #since = 0;
  #lastAt = 0;
  readonly #look: () => string | undefined;

  /** `look` finds what no statement tells of; it contains no path either. */
  constructor(look: () => string | undefined = () => undefined) {
    this.#look = look;
  }

  /** For the operator and clients: contains no path. Undefined when all is well, as far as is known. */
  get problem(): string | undefined {
    return this.#failure ?? this.#look();
  }

  /** How long the problem has lasted, in milliseconds. */
  get problemMs(): number {
    return this.#problem === undefined ? 0 : performance.now() - this.#since;
  }

  failed(problem: string): void {
    const now = performance.now();
    if (this.#failure === undefined) this.#since = now;
    this.#lastAt = now;
    this.#problem = problem;
  }

  worked(): void {
    this.#problem = undefined;
  }

  get #failure(): string | undefined {
    return performance.now() - this.#lastAt > FAILURE_MS ? undefined : this.#problem;
  }
}
