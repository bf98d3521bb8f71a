import { AppError } from "./app-error.ts";
import type { ConversationId } from "./ids.ts";

/** A turn while it runs. Disposing it ends its entry. */
export interface RunningTurn extends Disposable {
  readonly conversationId: ConversationId;
  /** Aborts when the server, not the client, ends the turn. */
  readonly signal: AbortSignal;
  cancel(reason: AppError): void;
}

/** The turns that run now, by conversation: so that none is entered twice and each can be ended from outside. */
export class RunningTurns {
  readonly #turns = new Map<ConversationId, Set<RunningTurn>>();

  isRunning(conversationId: ConversationId): boolean {
    return this.#turns.has(conversationId);
  }

  begin(conversationId: ConversationId): RunningTurn {
    const controller = new AbortController();
    const turn: RunningTurn = {
      conversationId,
      signal: controller.signal,
      cancel: (reason) => controller.abort(reason),
      [Symbol.dispose]: () => {
        const turns = this.#turns.get(conversationId);
        turns?.delete(turn);
        if (turns?.size === 0) this.#turns.delete(conversationId);
      },
    };
    const turns = this.#turns.get(conversationId) ?? new Set();
    this.#turns.set(conversationId, turns.add(turn));
    return turn;
  }

  cancelConversation(conversationId: ConversationId): void {
    const reason = new AppError({ kind: "cancelled", message: "The conversation was deleted." });
    for (const turn of this.#turns.get(conversationId) ?? []) turn.cancel(reason);
  }

  cancelAll(reason: AppError): void {
    for (const turns of this.#turns.values()) for (const turn of turns) turn.cancel(reason);
  }
}
