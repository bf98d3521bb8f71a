import { AppError } from "../words/app-error.ts";
import type { ConversationId } from "../words/ids.ts";

/** A turn while it runs. Disposing it ends its entry. */
export interface RunningTurn extends Disposable {
  readonly conversationId: ConversationId;
  /** Aborts when the server, not the client, ends the turn. */
  readonly signal: AbortSignal;
  /** Resolves when the entry has ended. */
  readonly ended: Promise<void>;
  cancel(reason: AppError): void;
}

/** The turns that run now, at most one for each conversation, and each can be ended from outside. */
export class RunningTurns {
  readonly #turns = new Map<ConversationId, RunningTurn>();

  find(conversationId: ConversationId): RunningTurn | undefined {
    return this.#turns.get(conversationId);
  }

  /** @throws Error when a turn of this conversation runs already: look with `find` first, without waiting in between */
  begin(conversationId: ConversationId): RunningTurn {
    if (this.#turns.has(conversationId)) throw new Error(`A turn of ${conversationId} runs already.`);
    const controller = new AbortController();
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const turn: RunningTurn = {
      conversationId,
      signal: controller.signal,
      ended,
      cancel: (reason) => controller.abort(reason),
      [Symbol.dispose]: () => {
        this.#turns.delete(conversationId);
        resolve();
      },
    };
    this.#turns.set(conversationId, turn);
    return turn;
  }

  cancelConversation(conversationId: ConversationId): void {
    this.#turns
      .get(conversationId)
      ?.cancel(new AppError({ kind: "cancelled", message: "The conversation was deleted." }));
  }

  cancelAll(reason: AppError): void {
    for (const turn of this.#turns.values()) turn.cancel(reason);
  }
}
