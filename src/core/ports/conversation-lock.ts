import type { PrincipalId } from "../words/ids.ts";

/**
 * Who is at work in a conversation: one at a time. All that must not come between two steps of a conversation holds this lock:
 * its turns until they are recorded, and undoing or applying what they changed. Who holds a
 * conversation may hold it again, under the same name; it is free when all of these are released.
 */
export interface ConversationLock {
  /** Holds it at once; undefined when somebody else has it. */
  tryHold(key: string, holder: string): ConversationHold | undefined;
  /**
   * Waits until nobody else has it, in the order of arrival.
   * @throws AppError `queue-full` when too many wait for this conversation; the signal's reason when it aborts while waiting
   */
  hold(key: string, holder: string, signal: AbortSignal): Promise<ConversationHold>;
  /** From now on the listener hears of each conversation that nobody has any more. */
  onFree(listener: () => void): void;
}

export interface ConversationHold {
  /** May be called more than once. */
  release(): void;
}

/**
 * The key of a conversation by the client's name or id for it, which it has before it is looked up. Its id is a key as well, for who
 * has looked it up: two names of one conversation meet there.
 */
export function lockKeyOf(principalId: PrincipalId, nameOrId: string): string {
  return JSON.stringify([principalId, nameOrId]);
}
