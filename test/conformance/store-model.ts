import * as fc from "fast-check";
import { expect } from "vitest";

import type { ConversationStore } from "../../src/core/ports/conversation-store.ts";
import { ALICE, conversation, conversationId, newTurn, outcome, turnId } from "./store-fixtures.ts";

/** Numbers pick among what exists at that moment. */
type Step =
  | {
      readonly type: "turn";
      readonly conversation: number;
      readonly parent: number;
      readonly status: "running" | "completed" | "failed";
    }
  | { readonly type: "delete"; readonly conversation: number };

const CONVERSATIONS = 5;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("turn" as const),
      conversation: fc.nat(CONVERSATIONS - 1),
      parent: fc.nat(100),
      status: fc.constantFrom(
        "completed" as const,
        "completed" as const,
        "failed" as const,
        "running" as const,
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("delete" as const), conversation: fc.nat(CONVERSATIONS - 1) }),
  },
);

export const storeHistory = fc.array(step, { minLength: 1, maxLength: 40, size: "max" });

interface ModelTurn {
  readonly id: string;
  readonly parent: ModelTurn | undefined;
  /** The life of the conversation that it began in; a deleted one begins another under the same number. */
  readonly life: string;
}

/**
 * The store as it should be, in its simplest form: a turn exists as long as the conversation that it, or any turn that
 * builds on it, began in.
 */
class Model {
  readonly #turns: ModelTurn[] = [];
  readonly #heads = new Map<string, string | undefined>();
  readonly #lives = Array.from({ length: CONVERSATIONS }, () => 0);

  lifeOf(index: number): string {
    return `c${index}.${this.#lives[index]}`;
  }

  get livingConversations(): readonly string[] {
    return [...this.#heads.keys()];
  }

  get allTurns(): readonly ModelTurn[] {
    return this.#turns;
  }

  headOf(life: string): string | undefined {
    return this.#heads.get(life);
  }

  livingTurns(): readonly ModelTurn[] {
    const living = new Set<ModelTurn>();
    for (const turn of this.#turns) {
      if (!this.#heads.has(turn.life)) continue;
      for (const each of lineOf(turn)) living.add(each);
    }
    return this.#turns.filter((turn) => living.has(turn));
  }

  /** Returns the new turn. */
  begin(index: number, parentIndex: number): ModelTurn {
    const life = this.lifeOf(index);
    const living = this.livingTurns();
    // One more choice than there are turns: no parent.
    const parent = living[parentIndex % (living.length + 1)];
    const turn = { id: `t${this.#turns.length}`, parent, life };
    this.#turns.push(turn);
    if (!this.#heads.has(life)) this.#heads.set(life, undefined);
    return turn;
  }

  complete(turn: ModelTurn): void {
    this.#heads.set(turn.life, turn.id);
  }

  /** Returns whether there was one. */
  delete(index: number): boolean {
    const existed = this.#heads.delete(this.lifeOf(index));
    this.#lives[index] = (this.#lives[index] ?? 0) + 1;
    return existed;
  }
}

function lineOf(turn: ModelTurn): readonly ModelTurn[] {
  return turn.parent === undefined ? [turn] : [...lineOf(turn.parent), turn];
}

/** Takes the steps in the store and in the model and compares the two. */
export async function checkAgainstModel(store: ConversationStore, history: readonly Step[]): Promise<void> {
  const model = new Model();
  for (const each of history) await takeStep(store, model, each);

  const living = new Set(model.livingTurns());
  for (const turn of model.allTurns) {
    const line = await store.loadLineage(ALICE, turnId(turn.id));
    expect(line?.map((stored) => stored.id)).toEqual(
      living.has(turn) ? lineOf(turn).map((ancestor) => ancestor.id) : undefined,
    );
  }
  const conversations = await store.listConversations(ALICE, { limit: 100 });
  expect(conversations.map((stored) => stored.id).toSorted()).toEqual(model.livingConversations.toSorted());
  for (const stored of conversations) expect(stored.headTurnId).toBe(model.headOf(stored.id));
  // Every turn that is left belongs to a conversation: nothing is left behind for ever.
  expect(conversations.reduce((sum, stored) => sum + stored.turnCount, 0)).toBe(living.size);
}

async function takeStep(store: ConversationStore, model: Model, each: Step): Promise<void> {
  if (each.type === "delete") {
    const id = conversationId(model.lifeOf(each.conversation));
    expect(await store.deleteConversation(ALICE, id)).toBe(model.delete(each.conversation));
    return;
  }
  const turn = model.begin(each.conversation, each.parent);
  const of = conversation(turn.life);
  const parent = turn.parent === undefined ? {} : { parentTurnId: turnId(turn.parent.id) };
  await store.beginTurn(of, newTurn(turn.id, of, parent));
  if (each.status === "running") return;
  await store.finishTurn(turnId(turn.id), outcome({ status: each.status }));
  if (each.status === "completed") model.complete(turn);
}
