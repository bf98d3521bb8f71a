import { type ConversationLock, lockKeyOf } from "../ports/conversation-lock.ts";
import { AppError } from "../words/app-error.ts";
import type { TurnRequest } from "../words/turn-request.ts";

const RETRY_AFTER_MS = 2_000;

export interface TurnQueueLimits {
  /** How many turns may run at once. */
  readonly maxTurnsAtOnce: number;
  /** How many turns may wait; any more are refused. */
  readonly queueLimit: number;
}

/** Who wants to run a turn, and in which conversation. */
export type ArrivingTurn = Pick<TurnRequest, "turnId" | "principalId" | "conversationName" | "heldAs">;

/** A turn that waits to start. */
interface WaitingTurn {
  readonly arriving: ArrivingTurn;
  /** Called with the function that ends the turn's stay. */
  readonly start: (leave: () => void) => void;
}

/**
 * Turns wait here for one of the limited places and, if they name their conversation, until nobody else is at work in it. Among
 * those that can start, the first to arrive does.
 */
export class TurnQueue {
  #limits: TurnQueueLimits;
  readonly #lock: ConversationLock;
  /** In order of arrival. None of them can start now: each starts as soon as a place and its conversation are free. */
  readonly #waiting = new Set<WaitingTurn>();
  readonly #idleWaiters: (() => void)[] = [];
  readonly #closed = new AbortController();
  #running = 0;

  constructor(limits: TurnQueueLimits, lock: ConversationLock) {
    this.#limits = limits;
    this.#lock = lock;
    lock.onFree(() => this.#startWaiting());
  }

  /** Counts for turns from now on; those that run go on. */
  setLimits(limits: TurnQueueLimits): void {
    this.#limits = limits;
    this.#startWaiting();
  }

  get stats(): { running: number; queued: number; limit: number; queueLimit: number } {
    return {
      running: this.#running,
      queued: this.#waiting.size,
      limit: this.#limits.maxTurnsAtOnce,
      queueLimit: this.#limits.queueLimit,
    };
  }

  /** How many more turns may run or wait. */
  get room(): number {
    if (this.#closed.signal.aborted) return 0;
    const { running, queued, limit, queueLimit } = this.stats;
    return limit + queueLimit - running - queued;
  }

  /**
   * Waits until this turn may start. Returns the function that ends its stay, which may be called more than once.
   * @throws AppError `queue-full` or `shutting-down`; the signal's reason when it aborts while waiting
   */
  async enter(arriving: ArrivingTurn, signal: AbortSignal): Promise<() => void> {
    const waitSignal = AbortSignal.any([signal, this.#closed.signal]);
    waitSignal.throwIfAborted();
    return this.#tryStart(arriving) ?? this.#wait(arriving, waitSignal);
  }

  /** Refuses new and waiting turns from now on; running ones continue. */
  close(): void {
    this.#closed.abort(shuttingDown());
  }

  /** Resolves when no turn is running. */
  async whenIdle(): Promise<void> {
    if (this.#running === 0) return;
    await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  /** Takes a place and, if it is named, the conversation; undefined when either is not available. */
  #tryStart({ turnId, principalId, conversationName, heldAs }: ArrivingTurn): (() => void) | undefined {
    if (this.#running >= this.#limits.maxTurnsAtOnce) return undefined;
    const isNamed = conversationName !== undefined;
    const held = isNamed
      ? this.#lock.tryHold(lockKeyOf(principalId, conversationName), heldAs ?? turnId)
      : undefined;
    if (isNamed && !held) return undefined;
    this.#running += 1;
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      this.#running -= 1;
      held?.release();
      this.#startWaiting();
      if (this.#running === 0) for (const wake of this.#idleWaiters.splice(0)) wake();
    };
  }

  #startWaiting(): void {
    for (const turn of this.#waiting) {
      const leave = this.#tryStart(turn.arriving);
      if (leave === undefined) continue;
      this.#waiting.delete(turn);
      turn.start(leave);
    }
  }

  #wait(arriving: ArrivingTurn, signal: AbortSignal): Promise<() => void> {
    if (this.#waiting.size >= this.#limits.queueLimit) throw queueFull(this.#limits.queueLimit);
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#waiting.delete(turn);
        reject(signal.reason);
      };
      const start = (leave: () => void) => {
        signal.removeEventListener("abort", giveUp);
        resolve(leave);
      };
      const turn = { arriving, start };
      this.#waiting.add(turn);
      signal.addEventListener("abort", giveUp, { once: true });
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
