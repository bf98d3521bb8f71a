import type { Clock } from "../core/ports/clock.ts";
import type { GivenHistory } from "../core/ports/engine-session.ts";
import type { HeldState, KeptConversation } from "../core/ports/session-pool.ts";
import type { ConversationId, TurnId } from "../core/words/ids.ts";

export interface KeptLimits {
  readonly maxConversations: number;
  readonly maxBytes: number;
  /** How long a conversation is kept after its last turn. */
  readonly idleMs: number;
}

/** How many earlier states of a conversation are known: answers that are asked for anew, and last questions that are edited. */
const EARLIER_STATES = 4;

interface Kept extends KeptConversation {
  readonly since: number;
  /** The histories of earlier states, the latest last; their entries are those of this one. */
  readonly earlier: ReadonlyMap<TurnId, GivenHistory>;
  /** A turn goes on with it. When that turn ends well, what is kept then takes its place. */
  isTaken: boolean;
}

/** Conversations that no process holds, as they were after their last turns; the least recently used leave first. */
export class KeptConversations {
  readonly #limits: KeptLimits;
  readonly #clock: Clock;
  /** In order of use. */
  readonly #kept = new Map<ConversationId, Kept>();
  readonly #byTurn = new Map<TurnId, Kept>();
  readonly #byEarlierTurn = new Map<TurnId, GivenHistory>();
  #bytes = 0;

  constructor(limits: KeptLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  get size(): number {
    return this.#kept.size;
  }

  get ids(): readonly ConversationId[] {
    return [...this.#kept.keys()];
  }

  add(conversation: KeptConversation): void {
    const earlier = statesBefore(conversation, this.#kept.get(conversation.held.conversationId));
    this.drop(conversation.held.conversationId);
    const kept = { ...conversation, since: this.#clock(), earlier, isTaken: false };
    for (const [turnId, history] of earlier) this.#byEarlierTurn.set(turnId, history);
    this.#kept.set(conversation.held.conversationId, kept);
    this.#byTurn.set(conversation.held.turnId, kept);
    this.#bytes += conversation.history.bytes;
    for (const id of this.#kept.keys()) {
      const { maxConversations, maxBytes } = this.#limits;
      if (this.#kept.size <= maxConversations && this.#bytes <= maxBytes) return;
      this.drop(id);
    }
  }

  drop(id: ConversationId): void {
    const kept = this.#kept.get(id);
    if (!kept) return;
    this.#kept.delete(id);
    this.#byTurn.delete(kept.held.turnId);
    for (const turnId of kept.earlier.keys()) this.#byEarlierTurn.delete(turnId);
    this.#bytes -= kept.history.bytes;
  }

  systemTextAfter(turnId: TurnId): string | undefined {
    return this.#byTurn.get(turnId)?.systemText;
  }

  historyAfter(turnId: TurnId): GivenHistory | undefined {
    return this.#byTurn.get(turnId)?.history ?? this.#byEarlierTurn.get(turnId);
  }

  /** A turn goes on with it. Returns whether it goes on where the conversation stood. */
  take(turnId: TurnId, { model, systemText }: Pick<KeptConversation, "model" | "systemText">): boolean {
    const kept = this.#byTurn.get(turnId);
    if (!kept) return false;
    const isHot = !kept.isTaken && kept.model === model && kept.systemText === systemText;
    kept.isTaken = true;
    return isHot;
  }

  /** Those that no turn goes on with come first, and among them the one with this system text. */
  find(stateHash: string, systemText: string): HeldState | undefined {
    const holders = [...this.#kept.values()].filter(({ held }) => held.stateHash === stateHash);
    const free = holders.filter(({ isTaken }) => !isTaken);
    const fitting = free.find((kept) => kept.systemText === systemText);
    return (fitting ?? free[0] ?? holders[0])?.held;
  }

  has(id: ConversationId): boolean {
    return this.#kept.has(id);
  }

  sweep(): void {
    const deadline = this.#clock() - this.#limits.idleMs;
    for (const [id, { since }] of this.#kept) if (since <= deadline) this.drop(id);
  }
}

function statesBefore(
  { held }: KeptConversation,
  before: Kept | undefined,
): ReadonlyMap<TurnId, GivenHistory> {
  if (!before || before.held.turnId === held.turnId) return before?.earlier ?? new Map();
  const states: [TurnId, GivenHistory][] = [...before.earlier, [before.held.turnId, before.history]];
  return new Map(states.slice(-EARLIER_STATES));
}
