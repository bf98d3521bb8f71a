import { AppError } from "../../core/words/app-error.ts";
import type { AppContext } from "../app-env.ts";
import { hearOfLeaving } from "./send-feed.ts";

/** Bounds how many readers of one feed are connected. */
export class FeedCount {
  readonly #most: number;
  readonly #tooMany: string;
  #count = 0;

  /** `tooMany`: what the next one is told. */
  constructor(most: number, tooMany: string) {
    this.#most = most;
    this.#tooMany = tooMany;
  }

  /**
   * Aborts when the reader leaves; abort it when the feed ends otherwise.
   * @throws AppError `queue-full`
   */
  open(context: AppContext): AbortController {
    if (this.#count >= this.#most) throw new AppError({ kind: "queue-full", message: this.#tooMany });
    this.#count += 1;
    const gone = hearOfLeaving(context);
    gone.signal.addEventListener("abort", () => void (this.#count -= 1), { once: true });
    return gone;
  }
}
