import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { MemoryConversationLock } from "../../cluster/memory/memory-conversation-lock.ts";
import { nextTick } from "../../lib/time.ts";
import { principalId } from "../../../test/conformance/store-fixtures.ts";
import { lockKeyOf } from "../ports/conversation-lock.ts";
import { newTurnId } from "../words/ids.ts";
import { type ArrivingTurn, TurnQueue, type TurnQueueLimits } from "./turn-queue.ts";

const NEVER = new AbortController().signal;

function arriving(conversation: string | undefined): ArrivingTurn {
  const turn = { turnId: newTurnId(), principalId: principalId("alice") };
  return conversation === undefined ? turn : { ...turn, conversationName: conversation };
}

/** A queue, with a log of who was let in. */
function openQueue(limits: TurnQueueLimits) {
  const queue = new TurnQueue(limits, new MemoryConversationLock());
  const entered: string[] = [];
  const enter = async (name: string, conversation?: string, signal = NEVER) => {
    const leave = await queue.enter(arriving(conversation), signal);
    entered.push(name);
    return leave;
  };
  return { queue, entered, enter };
}

describe("places", () => {
  test("are given in the order of arrival", async () => {
    const { queue, entered, enter } = openQueue({ maxTurnsAtOnce: 2, queueLimit: 10 });
    const turns = ["a", "b", "c", "d"].map((name) => enter(name));
    const [leaveA, leaveB] = await Promise.all(turns.slice(0, 2));
    expect(queue.stats).toEqual({ running: 2, queued: 2, limit: 2, queueLimit: 10 });
    leaveB?.();
    await turns[2];
    leaveA?.();
    await turns[3];
    expect(entered).toEqual(["a", "b", "c", "d"]);
  });

  test("are refused when the queue is full, with a time to come back", async () => {
    const { enter } = openQueue({ maxTurnsAtOnce: 1, queueLimit: 1 });
    await enter("runs");
    void enter("waits");
    await expect(enter("too many")).rejects.toMatchObject({
      info: { kind: "queue-full", retryAfterMs: expect.any(Number) },
    });
  });

  test("without a queue only those come in that need not wait, also all at once and named", async () => {
    const { enter } = openQueue({ maxTurnsAtOnce: 1, queueLimit: 0 });
    const outcomes = await Promise.allSettled([enter("a", "left"), enter("b", "right"), enter("c")]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(["fulfilled", "rejected", "rejected"]);
  });

  test("are given back once, however often a turn leaves", async () => {
    const { queue, enter } = openQueue({ maxTurnsAtOnce: 2, queueLimit: 0 });
    const leave = await enter("a", "same");
    await enter("b");
    leave();
    await enter("a again", "same");
    leave();
    expect(queue.stats.running).toBe(2);
    await expect(enter("third", "same")).rejects.toMatchObject({ info: { kind: "queue-full" } });
  });
});

describe("conversations", () => {
  test("turns of one conversation run one after the other, others pass them", async () => {
    const { entered, enter } = openQueue({ maxTurnsAtOnce: 3, queueLimit: 10 });
    const leave = await enter("first", "talk");
    const second = enter("second", "talk");
    await enter("stranger");
    expect(entered).toEqual(["first", "stranger"]);
    leave();
    await second;
  });

  test("a turn that waited for its conversation keeps its place in the line", async () => {
    const { entered, enter } = openQueue({ maxTurnsAtOnce: 1, queueLimit: 10 });
    const leave = await enter("first", "talk");
    const second = enter("second", "talk");
    const later = enter("later");
    leave();
    (await second)();
    await later;
    expect(entered).toEqual(["first", "second", "later"]);
  });
});

describe("a conversation that is held elsewhere", () => {
  test("lets in the turn that it is held for, and the others when it is free again", async () => {
    const lock = new MemoryConversationLock();
    const queue = new TurnQueue({ maxTurnsAtOnce: 3, queueLimit: 10 }, lock);
    const held = lock.tryHold(lockKeyOf(principalId("alice"), "talk"), "whoever");
    const waiting = queue.enter(arriving("talk"), NEVER);
    const inner = await queue.enter({ ...arriving("talk"), heldAs: "whoever" }, NEVER);
    expect(queue.stats).toMatchObject({ running: 1, queued: 1 });
    inner();
    expect(queue.stats).toMatchObject({ running: 0, queued: 1 });
    held?.release();
    await waiting;
    // Another principal's conversation with the same name is a different one.
    await queue.enter({ ...arriving("talk"), principalId: principalId("bob") }, NEVER);
    expect(queue.stats).toMatchObject({ running: 2, queued: 0 });
  });
});

describe("leaving before the start", () => {
  test("a turn that is cancelled while it waits makes room in the queue", async () => {
    const { queue, enter } = openQueue({ maxTurnsAtOnce: 1, queueLimit: 1 });
    const leave = await enter("runs");
    const client = new AbortController();
    const waiting = enter("waits", "talk", client.signal);
    client.abort(new Error("left"));
    await expect(waiting).rejects.toThrow("left");
    const next = enter("next", "talk");
    leave();
    await next;
    expect(queue.stats).toMatchObject({ running: 1, queued: 0 });
  });

  test("a turn that was cancelled before it came leaves no trace", async () => {
    const { queue, enter } = openQueue({ maxTurnsAtOnce: 1, queueLimit: 0 });
    await expect(enter("gone", "talk", AbortSignal.abort(new Error("left")))).rejects.toThrow("left");
    expect(queue.stats).toMatchObject({ running: 0, queued: 0 });
    await enter("present", "talk");
  });
});

describe("closing", () => {
  test("refuses those who wait and those who come, and lets the running ones finish", async () => {
    const { queue, enter } = openQueue({ maxTurnsAtOnce: 1, queueLimit: 10 });
    const leave = await enter("runs");
    const waiting = enter("waits");
    queue.close();
    const refusal = { info: { kind: "shutting-down", retryAfterMs: expect.any(Number) } };
    await expect(waiting).rejects.toMatchObject(refusal);
    await expect(enter("late")).rejects.toMatchObject(refusal);

    let isIdle = false;
    const idle = queue.whenIdle().then(() => (isIdle = true));
    await nextTick();
    expect(isIdle).toBe(false);
    leave();
    await idle;
    await queue.whenIdle();
  });
});

/** The whole behaviour in a few lines: who runs and who waits, recomputed from the start of the line each time. */
class Model {
  readonly running: Turn[] = [];
  readonly waiting: Turn[] = [];
  readonly #limits: TurnQueueLimits;

  constructor(limits: TurnQueueLimits) {
    this.#limits = limits;
  }

  arrive(turn: Turn): "accepted" | "refused" {
    this.waiting.push(turn);
    this.#advance();
    if (this.waiting.length <= this.#limits.queueLimit) return "accepted";
    this.waiting.pop();
    return "refused";
  }

  depart(turn: Turn): void {
    for (const list of [this.running, this.waiting]) {
      if (list.includes(turn)) list.splice(list.indexOf(turn), 1);
    }
    this.#advance();
  }

  #advance(): void {
    for (const turn of this.waiting.slice()) {
      const isBusy = this.running.some((other) => turn.key !== undefined && other.key === turn.key);
      if (this.running.length === this.#limits.maxTurnsAtOnce || isBusy) continue;
      this.waiting.splice(this.waiting.indexOf(turn), 1);
      this.running.push(turn);
    }
  }
}

interface Turn {
  readonly id: number;
  readonly key: string | undefined;
}

test("behaves like its model under any sequence of arrivals, ends and cancellations", async () => {
  const action = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant("arrive" as const),
        key: fc.constantFrom(undefined, "x", "y"),
      }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("finish" as const), pick: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant("cancel" as const), pick: fc.nat() }) },
  );
  const limits = fc.record({
    maxTurnsAtOnce: fc.integer({ min: 1, max: 3 }),
    queueLimit: fc.integer({ min: 0, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(limits, fc.array(action, { maxLength: 40 }), async (limit, actions) => {
      const queue = new TurnQueue(limit, new MemoryConversationLock());
      const model = new Model(limit);
      const inside = new Map<Turn, () => void>();
      const controllers = new Map<Turn, AbortController>();
      const refused = new Set<Turn>();
      for (const [id, step] of actions.entries()) {
        if (step.type === "arrive") {
          const turn: Turn = { id, key: step.key };
          const controller = new AbortController();
          controllers.set(turn, controller);
          const isRefused = model.arrive(turn) === "refused";
          void queue.enter(arriving(turn.key), controller.signal).then(
            (leave) => inside.set(turn, leave),
            () => refused.add(turn),
          );
          await nextTick();
          expect(refused.has(turn)).toBe(isRefused);
        } else if (step.type === "finish") {
          const turn = model.running[step.pick % Math.max(1, model.running.length)];
          if (!turn) continue;
          inside.get(turn)?.();
          inside.delete(turn);
          model.depart(turn);
        } else {
          const turn = model.waiting[step.pick % Math.max(1, model.waiting.length)];
          if (!turn) continue;
          controllers.get(turn)?.abort();
          model.depart(turn);
        }
        await nextTick();
        expect([...inside.keys()]).toEqual(expect.arrayContaining(model.running));
        expect(queue.stats).toMatchObject({ running: model.running.length, queued: model.waiting.length });
      }
    }),
    { numRuns: 100 },
  );
});
