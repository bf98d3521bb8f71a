import { AppError } from "../../core/words/app-error.ts";
import type { ConversationId } from "../../core/words/ids.ts";
import { Semaphore } from "../../lib/semaphore.ts";

/** How many requests may wait for one conversation; later ones are told to try again. */
const MAX_WAITING = 100;
const RETRY_AFTER_MS = 2_000;

/** Lets one turn at a time into a conversation, so that each knows all that the ones before it said. */
export class ConversationGate {
  readonly #doors = new Map<ConversationId, Semaphore>();

  /**
   * Waits until the conversation is free. Returns the function that leaves it, which may be called more than once.
   * @throws AppError `queue-full`; the signal's reason when it aborts while waiting
   */
  async enter(id: ConversationId, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const door = this.#doors.get(id) ?? new Semaphore(1);
    if (door.waiting >= MAX_WAITING) {
      throw new AppError({
        kind: "queue-full",
        message: "Too many requests wait for this conversation. Try again in a moment.",
        retryAfterMs: RETRY_AFTER_MS,
      });
    }
    this.#doors.set(id, door);
    const leave = await door.acquire(signal);
    return () => {
      leave();
      if (door.held === 0) this.#doors.delete(id);
    };
  }
}
