import { delay } from "./time.ts";

/** Short enough not to delay the many steps of a concurrent turn one after the other. */
const SLICE_MS = 2;

/** For long work in one thread: pauses to let others run, for as long as it has run itself. */
export class Breath {
  readonly #sliceMs: number;
  #startedAt = performance.now();

  constructor(sliceMs = SLICE_MS) {
    this.#sliceMs = sliceMs;
  }

  get isDue(): boolean {
    return performance.now() - this.#startedAt >= this.#sliceMs;
  }

  async take(): Promise<void> {
    await delay(Math.ceil(performance.now() - this.#startedAt));
    this.#startedAt = performance.now();
  }
}
