import { randomUUID } from "node:crypto";

import type { ConversationLock } from "../ports/conversation-lock.ts";
import { AppError } from "../words/app-error.ts";
import type { ConversationId } from "../words/ids.ts";

/** A running turn. Disposing it removes it from the running ones. */
export interface RunningTurn extends Disposable {
  readonly conversationId: ConversationId;
  /** Aborts when the server, not the client, ends the turn. */
  readonly signal: AbortSignal;
  /** Resolves when the turn has been disposed. */
  readonly ended: Promise<void>;
  cancel(reason: AppError): void;
}

/** The turns that are running. Each holds its conversation's lock and can be ended from outside. */
export class RunningTurns {
  readonly #turns = new Map<ConversationId, RunningTurn>();
  readonly #lock: ConversationLock;

  constructor(lock: ConversationLock) {
    this.#lock = lock;
  }

  find(conversationId: ConversationId): RunningTurn | undefined {
    return this.#turns.get(conversationId);
  }

  /** @throws Error when somebody else is at work in this conversation */
  begin(conversationId: ConversationId, holder?: string): RunningTurn {
    const turn = this.tryBegin(conversationId, holder);
    if (!turn) throw new Error(`A turn of ${conversationId} runs already.`);
    return turn;
  }

  /** Undefined when somebody else is at work in this conversation. */
  tryBegin(conversationId: ConversationId, holder: string = randomUUID()): RunningTurn | undefined {
    const held = this.#lock.tryHold(conversationId, holder);
    if (!held) return undefined;
    const controller = new AbortController();
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const turn: RunningTurn = {
      conversationId,
      signal: controller.signal,
      ended,
      cancel: (reason) => controller.abort(reason),
      [Symbol.dispose]: () => {
        this.#turns.delete(conversationId);
        held.release();
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
