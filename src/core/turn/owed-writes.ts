import { AppError } from "../words/app-error.ts";
import type { Logger } from "../ports/logger.ts";
import { schedule } from "../../lib/time.ts";

const AGAIN_AFTER_MS = 500;
/** Turns that cannot be put on record do not begin, so there are seldom more than turns run at once. */
const MAX_OWED = 1_000;

/** Something about a turn that has ended. */
export interface OwedWrite {
  /** Puts it on record. It may be called again after it has failed. */
  write(): Promise<void>;
  /** Called when that failed. */
  onFailure(error: unknown): void;
  /** Called once it is on record, or will never be. */
  onOver?(): void;
}

/**
 * What the store must still be told of turns that have ended: while its disk is full, or another program holds it, that waits here,
 * and is written, in order, as soon as the store takes it.
 */
export class OwedWrites {
  readonly #logger: Logger;
  readonly #owed = new Set<OwedWrite>();
  #writing: Promise<void> | undefined;
  #timer: { cancel(): void } | undefined;
  #isClosed = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Writes it, or keeps it for later where the store cannot be used at present. Never rejects. */
  async write(owed: OwedWrite): Promise<void> {
    await this.settle();
    try {
      if (this.#owed.size > 0) return this.#keep(owed);
      await owed.write();
    } catch (error) {
      owed.onFailure(error);
      if (isPassing(error) && !this.#isClosed) return this.#keep(owed);
    }
    owed.onOver?.();
  }

  /** Tries to write what waits; undefined when nothing does. Never rejects. */
  settle(): Promise<void> | undefined {
    if (this.#owed.size === 0) return undefined;
    return (this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined)));
  }

  /** Tries a last time. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.settle();
    this.#timer?.cancel();
    if (this.#owed.size > 0) this.#logger.error("records.lost", { count: this.#owed.size });
    for (const owed of this.#owed) this.#drop(owed);
  }

  #keep(owed: OwedWrite): void {
    this.#owed.add(owed);
    const [oldest] = this.#owed;
    if (oldest && this.#owed.size > MAX_OWED) this.#drop(oldest);
    this.#tryLater();
  }

  #tryLater(): void {
    this.#timer ??= schedule(AGAIN_AFTER_MS, () => {
      this.#timer = undefined;
      void this.settle();
    });
  }

  async #writeAll(): Promise<void> {
    let count = 0;
    for (const owed of this.#owed) {
      try {
        await owed.write();
        count += 1;
      } catch (error) {
        if (isPassing(error)) break;
        owed.onFailure(error);
      }
      this.#drop(owed);
    }
    if (count > 0) this.#logger.info("records.caught-up", { count, left: this.#owed.size });
    if (this.#owed.size > 0 && !this.#isClosed) this.#tryLater();
  }

  #drop(owed: OwedWrite): void {
    if (this.#owed.delete(owed)) owed.onOver?.();
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof AppError && error.info.kind === "store-unavailable";
}
