import { delay } from "./time.ts";

/** Short enough not to delay the many steps of a concurrent turn one after the other. */
const SLICE_MS = 2;

/** How work pauses; `ranMs`: for how long it has run. */
export type Pause = (ranMs: number) => Promise<void>;

/** Half of the thread is for others, however much work there is. */
const restAsLong: Pause = (ranMs) => delay(Math.ceil(ranMs));

/** For long work in one thread: pauses to let others run. */
export class Breath {
  readonly #sliceMs: number;
  readonly #pause: Pause;
  #startedAt = performance.now();

  constructor(sliceMs = SLICE_MS, pause = restAsLong) {
    this.#sliceMs = sliceMs;
    this.#pause = pause;
  }

  get isDue(): boolean {
    return performance.now() - this.#startedAt >= this.#sliceMs;
  }

  async take(): Promise<void> {
    await this.#pause(performance.now() - this.#startedAt);
    this.#startedAt = performance.now();
  }
}
