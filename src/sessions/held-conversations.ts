import type { SessionView } from "../core/ports/session-pool.ts";
import type { ConversationId } from "../core/words/ids.ts";
import type { KeptConversations } from "./kept-conversations.ts";
import type { SessionShelf } from "./session-shelf.ts";
import type { WorkerShelf } from "./worker-shelf.ts";

/** Which conversations this server has in memory: in a session, on a worker for a turn, or as a history for the next worker. */
export class HeldConversations {
  readonly #sessions: SessionShelf;
  readonly #workers: WorkerShelf;
  readonly #kept: KeptConversations;

  constructor(parts: { sessions: SessionShelf; workers: WorkerShelf; kept: KeptConversations }) {
    this.#sessions = parts.sessions;
    this.#workers = parts.workers;
    this.#kept = parts.kept;
  }

  get ids(): readonly ConversationId[] {
    const held = [...this.#sessions.sessions].flatMap((pooled) => pooled.held?.conversationId ?? []);
    const working = [...this.#workers.workers].flatMap((worker) =>
      worker.isBusy ? (worker.conversationId ?? []) : [],
    );
    return [...new Set([...held, ...working, ...this.#kept.ids])];
  }

  has(id: ConversationId): boolean {
    return this.#kept.has(id) || this.view(id) !== undefined;
  }

  /** The process that the conversation is in now; undefined when it is in none. */
  view(id: ConversationId): SessionView | undefined {
    const worker = [...this.#workers.workers].find(
      ({ isBusy, conversationId }) => isBusy && conversationId === id,
    );
    const found = worker ?? this.#sessions.ofConversation(id)[0];
    if (!found) return undefined;
    const { session, isBusy } = found;
    const { processId } = session;
    return { id: session.id, isBusy, ...(processId === undefined ? {} : { processId }) };
  }
}
