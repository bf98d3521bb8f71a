import type { Logger } from "../../core/ports/logger.ts";
import type { RequestLogStore } from "../../core/ports/request-log.ts";
import type { RequestEntry } from "../../core/words/request-entry.ts";
import { delay, schedule } from "../../lib/time.ts";

/** What comes in this time is written together. */
const WINDOW_MS = 500;
/** So many are not kept waiting; a batch has no more. */
const BATCH = 100;
/** When this many wait, because the database does not take them, the oldest are lost. */
const MAX_WAITING = 10_000;
const RETRY_MS = 1_000;
const LAST_ATTEMPTS = 5;

/** Writes entries in the background, many at once. To add one costs nothing: no turn waits for the database, or for its failure. */
export class RequestLogWriter {
  readonly #log: Pick<RequestLogStore, "write">;
  readonly #logger: Logger;
  #waiting: RequestEntry[] = [];
  #timer: { cancel(): void } | undefined;
  #writing: Promise<void> | undefined;
  #lost = 0;
  /** The last attempt failed: the next one is the timer's, and nothing is told again. */
  #isFailing = false;

  constructor(log: Pick<RequestLogStore, "write">, logger: Logger) {
    this.#log = log;
    this.#logger = logger;
  }

  add(entry: RequestEntry): void {
    this.#waiting.push(entry);
    if (this.#waiting.length > MAX_WAITING) {
      this.#waiting.shift();
      this.#lost += 1;
    }
    const isDue = this.#waiting.length >= BATCH && !this.#isFailing;
    if (isDue && !this.#writing) void this.flush().catch(() => {});
    else this.#writeWithin(WINDOW_MS);
  }

  /** Resolves when all that has been added is written. Rejects when the database does not take it; it is tried again later. */
  async flush(): Promise<void> {
    while (this.#waiting.length > 0) await (this.#writing ??= this.#writeBatch());
    await this.#writing;
  }

  /** Writes what is left; nothing may be added any more. Never rejects. */
  async close(): Promise<void> {
    for (let attempt = 1; attempt <= LAST_ATTEMPTS; attempt++) {
      try {
        await this.flush();
        break;
      } catch {
        if (attempt < LAST_ATTEMPTS) await delay(RETRY_MS / 5);
      }
    }
    this.#timer?.cancel();
    const count = this.#waiting.length;
    if (count > 0) this.#logger.error("request-log.lost", { count });
  }

  async #writeBatch(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    const batch = this.#waiting.splice(0, BATCH);
    try {
      await this.#log.write(batch);
      if (this.#lost > 0) this.#logger.error("request-log.lost", { count: this.#lost });
      this.#lost = 0;
      this.#isFailing = false;
    } catch (error) {
      this.#waiting = [...batch, ...this.#waiting];
      if (!this.#isFailing) this.#logger.error("request-log.not-written", { error });
      this.#isFailing = true;
      this.#writeWithin(RETRY_MS);
      throw error;
    } finally {
      this.#writing = undefined;
    }
  }

  #writeWithin(ms: number): void {
    this.#timer ??= schedule(ms, () => {
      this.#timer = undefined;
      void this.flush().catch(() => {});
    });
  }
}
