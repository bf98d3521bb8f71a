import { schedule } from "./time.ts";

/** Calls `onSilence` whenever nothing has been noted for `ms`, until stopped. Uses a single timer, however much is noted. */
export class SilenceTimer {
  readonly #ms: number;
  readonly #onSilence: () => void;
  #notedAt = performance.now();
  #timer: { cancel(): void } | undefined;

  constructor(ms: number, onSilence: () => void) {
    this.#ms = ms;
    this.#onSilence = onSilence;
    this.#wait(ms);
  }

  note(): void {
    this.#notedAt = performance.now();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #wait(ms: number): void {
    this.#timer = schedule(ms, () => {
      const leftMs = this.#notedAt + this.#ms - performance.now();
      this.#wait(leftMs > 0 ? leftMs : this.#ms);
      if (leftMs > 0) return;
      this.note();
      this.#onSilence();
    });
  }
}
