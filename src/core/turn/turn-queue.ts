import { AppError } from "../words/app-error.ts";

const RETRY_AFTER_MS = 2_000;

export interface TurnQueueLimits {
  /** Turns that run at once. */
  readonly maxTurnsAtOnce: number;
  /** Turns that may wait; the next one is refused. */
  readonly queueLimit: number;
}

/** A turn that waits for its start. */
interface WaitingTurn {
  readonly conversationKey: string | undefined;
  readonly start: () => void;
}

/**
 * Where turns wait for one of the places that run at once, and, when their conversation is named, for the turn of it that
 * runs. Of those that may start, the one that came first does.
 */
export class TurnQueue {
  readonly #limits: TurnQueueLimits;
  readonly #busyConversations = new Set<string>();
  /** In the order they came. None of them may start: whenever a turn ends, those that may are started. */
  readonly #waiting = new Set<WaitingTurn>();
  readonly #idleWaiters: (() => void)[] = [];
  readonly #closed = new AbortController();
  #running = 0;

  constructor(limits: TurnQueueLimits) {
    this.#limits = limits;
  }

  get stats(): { running: number; queued: number; limit: number; queueLimit: number } {
    return {
      running: this.#running,
      queued: this.#waiting.size,
      limit: this.#limits.maxTurnsAtOnce,
      queueLimit: this.#limits.queueLimit,
    };
  }

  /**
   * Waits for this turn's start. Returns the function that ends its stay, which may be called more than once.
   * @throws AppError `queue-full` or `shutting-down`; the signal's reason when it aborts while waiting
   */
  async enter(conversationKey: string | undefined, signal: AbortSignal): Promise<() => void> {
    const waitSignal = AbortSignal.any([signal, this.#closed.signal]);
    waitSignal.throwIfAborted();
    if (this.#mayStart(conversationKey)) this.#begin(conversationKey);
    else await this.#wait(conversationKey, waitSignal);
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      this.#end(conversationKey);
    };
  }

  /** New turns and those that wait are refused from now on; running ones go on. */
  close(): void {
    this.#closed.abort(shuttingDown());
  }

  /** Resolves when no turn runs. */
  async whenIdle(): Promise<void> {
    if (this.#running === 0) return;
    await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  #mayStart(conversationKey: string | undefined): boolean {
    if (this.#running >= this.#limits.maxTurnsAtOnce) return false;
    return conversationKey === undefined || !this.#busyConversations.has(conversationKey);
  }

  #begin(conversationKey: string | undefined): void {
    this.#running += 1;
    if (conversationKey !== undefined) this.#busyConversations.add(conversationKey);
  }

  #end(conversationKey: string | undefined): void {
    this.#running -= 1;
    if (conversationKey !== undefined) this.#busyConversations.delete(conversationKey);
    for (const turn of this.#waiting) {
      if (!this.#mayStart(turn.conversationKey)) continue;
      this.#waiting.delete(turn);
      this.#begin(turn.conversationKey);
      turn.start();
    }
    if (this.#running === 0) for (const wake of this.#idleWaiters.splice(0)) wake();
  }

  #wait(conversationKey: string | undefined, signal: AbortSignal): Promise<void> {
    if (this.#waiting.size >= this.#limits.queueLimit) throw queueFull(this.#limits.queueLimit);
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(turn);
        reject(signal.reason);
      };
      const start = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const turn = { conversationKey, start };
      this.#waiting.add(turn);
      signal.addEventListener("abort", leave, { once: true });
    });
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
