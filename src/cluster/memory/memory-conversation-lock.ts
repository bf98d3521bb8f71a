import type { ConversationHold, ConversationLock } from "../../core/ports/conversation-lock.ts";
import { AppError } from "../../core/words/app-error.ts";

/** How many may wait for one conversation; any more are told to try again. */
const MAX_WAITING = 100;
const RETRY_AFTER_MS = 2_000;

interface Waiting {
  readonly holder: string;
  readonly enter: (hold: ConversationHold) => void;
}

interface HeldConversation {
  holder: string;
  count: number;
  /** In order of arrival. */
  readonly waiting: Set<Waiting>;
}

/** The lock within this process. */
export class MemoryConversationLock implements ConversationLock {
  readonly #held = new Map<string, HeldConversation>();
  readonly #listeners: (() => void)[] = [];

  tryHold(key: string, holder: string): ConversationHold | undefined {
    return this.#enter(key, this.#find(key), holder);
  }

  async hold(key: string, holder: string, signal: AbortSignal): Promise<ConversationHold> {
    signal.throwIfAborted();
    const held = this.#find(key);
    return this.#enter(key, held, holder) ?? wait(held, holder, signal);
  }

  onFree(listener: () => void): void {
    this.#listeners.push(listener);
  }

  #find(key: string): HeldConversation {
    return this.#held.get(key) ?? { holder: "", count: 0, waiting: new Set<Waiting>() };
  }

  #enter(key: string, held: HeldConversation, holder: string): ConversationHold | undefined {
    if (held.count > 0 && held.holder !== holder) return undefined;
    held.holder = holder;
    held.count += 1;
    this.#held.set(key, held);
    let isReleased = false;
    return {
      release: () => {
        if (isReleased) return;
        isReleased = true;
        held.count -= 1;
        if (held.count === 0) this.#passOn(key, held);
      },
    };
  }

  /** Hands the conversation straight to the next in line. */
  #passOn(key: string, held: HeldConversation): void {
    const [next] = held.waiting;
    if (next) {
      held.waiting.delete(next);
      const hold = this.#enter(key, held, next.holder);
      if (hold) next.enter(hold);
      return;
    }
    this.#held.delete(key);
    for (const listener of this.#listeners) listener();
  }
}

function wait(held: HeldConversation, holder: string, signal: AbortSignal): Promise<ConversationHold> {
  if (held.waiting.size >= MAX_WAITING) throw tooMany();
  return new Promise((resolve, reject) => {
    const leave = () => {
      held.waiting.delete(waiting);
      reject(signal.reason);
    };
    const enter = (hold: ConversationHold) => {
      signal.removeEventListener("abort", leave);
      resolve(hold);
    };
    const waiting = { holder, enter };
    held.waiting.add(waiting);
    signal.addEventListener("abort", leave, { once: true });
  });
}

function tooMany(): AppError {
  return new AppError({
    kind: "queue-full",
    message: "Too many requests wait for this conversation. Try again in a moment.",
    retryAfterMs: RETRY_AFTER_MS,
  });
}
