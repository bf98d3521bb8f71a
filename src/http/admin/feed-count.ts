import { AppError } from "../../core/words/app-error.ts";
import type { AppContext } from "../app-env.ts";

/** Bounds how many readers of one feed are connected. */
export class FeedCount {
  readonly #most: number;
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Aborts when the reader leaves; abort it when the feed ends otherwise.
   * @throws AppError `queue-full`
   */
  open(context: AppContext): AbortController {
    if (this.#count >= this.#most) {
      throw new AppError({
        kind: "queue-full",
        message: `${this.#most} readers follow this already, and it takes no more. Close one, or try again later.`,
      });
    }
    this.#count += 1;
    const gone = new AbortController();
    gone.signal.addEventListener("abort", () => void (this.#count -= 1), { once: true });
    context.env.outgoing.once("close", () => gone.abort());
    return gone;
  }
}
