import { KeyedLock } from "../lib/keyed-lock.ts";
import { Semaphore } from "../lib/semaphore.ts";
import { AppError } from "./app-error.ts";

const RETRY_AFTER_MS = 2_000;

export interface TurnQueueLimits {
  /** Turns that run at once. */
  readonly maxTurnsAtOnce: number;
  /** Turns that may wait; the next one is refused. */
  readonly queueLimit: number;
}

/**
 * Where turns wait for their start, in the order they came: for their conversation, when it is named and another turn of it
 * runs, and for one of the places that run at once.
 */
export class TurnQueue {
  readonly #places: Semaphore;
  readonly #conversations = new KeyedLock();
  readonly #limits: TurnQueueLimits;
  readonly #idleWaiters: (() => void)[] = [];
  readonly #closed = new AbortController();
  #waiting = 0;

  constructor(limits: TurnQueueLimits) {
    this.#limits = limits;
    this.#places = new Semaphore(limits.maxTurnsAtOnce);
  }

  get stats(): { running: number; queued: number; limit: number; queueLimit: number } {
    return {
      running: this.#places.held,
      queued: this.#waiting,
      limit: this.#limits.maxTurnsAtOnce,
      queueLimit: this.#limits.queueLimit,
    };
  }

  /**
   * Waits for this turn's start. Returns the function that ends its stay.
   * @throws AppError `queue-full` or `shutting-down`; the signal's reason when it aborts while waiting
   */
  async enter(conversationKey: string | undefined, signal: AbortSignal): Promise<() => void> {
    this.#closed.signal.throwIfAborted();
    const mustWait =
      this.#places.isFull || (conversationKey !== undefined && this.#conversations.isHeld(conversationKey));
    if (mustWait && this.#waiting >= this.#limits.queueLimit) throw queueFull(this.#limits.queueLimit);
    this.#waiting += 1;
    const releases: (() => void)[] = [];
    const leave = () => {
      for (const release of releases.toReversed()) release();
      if (this.#places.held === 0) for (const wake of this.#idleWaiters.splice(0)) wake();
    };
    const waitSignal = AbortSignal.any([signal, this.#closed.signal]);
    try {
      if (conversationKey !== undefined) {
        releases.push(await this.#conversations.acquire(conversationKey, waitSignal));
      }
      releases.push(await this.#places.acquire(waitSignal));
      return leave;
    } catch (error) {
      leave();
      throw error;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** New turns and those that wait are refused from now on; running ones go on. */
  close(): void {
    this.#closed.abort(shuttingDown());
  }

  /** Resolves when no turn runs. */
  async whenIdle(): Promise<void> {
    if (this.#places.held === 0) return;
    await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }
}

function queueFull(limit: number): AppError {
  return new AppError({
    kind: "queue-full",
    message: `The server is busy and ${limit} requests are waiting already. Try again shortly.`,
    retryAfterMs: RETRY_AFTER_MS,
  });
}

function shuttingDown(): AppError {
  return new AppError({
    kind: "shutting-down",
    message: "The server is shutting down. Try again shortly.",
    retryAfterMs: RETRY_AFTER_MS,
  });
}
