import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { MemoryTurnRelay } from "../../cluster/memory/memory-turn-relay.ts";
import type { ErrorInfo } from "../../core/words/app-error.ts";
import type { PrincipalId } from "../../core/words/ids.ts";
import type { TurnEvent } from "../../core/words/turn-event.ts";
import { NO_USAGE } from "../../core/words/usage.ts";
import { PushQueue } from "../../lib/push-queue.ts";
import { nextTick } from "../../lib/time.ts";
import type { ResponseBody, ResponseEvent } from "../../protocols/responses/response-head.ts";
import { LiveResponse, type ResponseScribe } from "./live-response.ts";
import { expectWithin } from "../../../test/machine-speed.ts";

const NEVER = new AbortController().signal;
const END: TurnEvent = { type: "turn-end", reason: "end", usage: NO_USAGE, costUsd: 0 };

/** Makes one response event per turn event, so that a test can count. */
function scribe(): ResponseScribe {
  let number = 0;
  let status: ResponseBody["status"] = "in_progress";
  const event = (type: string): ResponseEvent => ({ type, sequence_number: number++ });
  const end = (next: ResponseBody["status"]) => {
    status = next;
    return [event(`response.${next}`)];
  };
  return {
    get body() {
      return { id: "resp_1", status };
    },
    start: () => [event("response.created")],
    repeat: () => [event("response.in_progress")],
    of: (given) => {
      if (given.type === "turn-end") return end("completed");
      return given.type === "turn-error" ? end("failed") : [event(given.type)];
    },
    cancel: () => end("cancelled"),
    fail: () => end("failed"),
  };
}

interface Kept {
  readonly body: ResponseBody;
  readonly events: readonly ResponseEvent[];
}

function open(keep: () => Promise<void> = async () => {}) {
  const kept: Kept[] = [];
  const problems: unknown[] = [];
  const told: ResponseBody[] = [];
  const turn = new PushQueue<TurnEvent>();
  let abortCount = 0;
  const live = new LiveResponse({
    id: "resp_1",
    // Proof for the cast: any text may stand for an id in a test.
    principalId: "alice" as PrincipalId,
    isBackground: true,
    hasStream: true,
    writer: scribe(),
    relayed: new MemoryTurnRelay().begin("resp_1"),
    abortTurn: () => (abortCount += 1),
    onTurnEnd: async (body) => void told.push(body),
    keep: async (body, events) => {
      kept.push({ body, events });
      await keep();
    },
    onFailure: (error) => problems.push(error),
  });
  const finish = (...last: TurnEvent[]) => {
    for (const event of last) turn.push(event);
    turn.end();
  };
  return { live, turn, kept, told, problems, finish, abortCount: () => abortCount };
}

function say(text: string): TurnEvent {
  return { type: "text-delta", text };
}

async function numbersOf(events: AsyncIterable<ResponseEvent>): Promise<number[]> {
  return (await Array.fromAsync(events)).map((event) => event.sequence_number);
}

describe("a live response", () => {
  test("read from any point at any time is the same as what is kept, without a gap or a repeat", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(12),
        fc.array(fc.record({ after: fc.integer({ min: -1, max: 14 }), at: fc.nat(12) }), { maxLength: 6 }),
        fc.array(fc.nat(12), { maxLength: 6 }),
        async (count, readers, silences) => {
          const { live, turn, kept, finish } = open();
          const running = live.run(turn);
          const readings: Promise<{ after: number; numbers: number[] }>[] = [];
          for (let step = 0; step <= count; step++) {
            for (const { after } of readers.filter(({ at }) => at === step)) {
              readings.push(numbersOf(live.read(after, NEVER)).then((numbers) => ({ after, numbers })));
            }
            turn.push(say(`word ${step}`));
            await nextTick();
            if (silences.includes(step)) expect(live.showLife()).toBe(true);
          }
          finish(END);
          await running;
          expect(live.showLife()).toBe(false);
          const all = kept[0]?.events.map((event) => event.sequence_number) ?? [];
          expect(all).toEqual(all.map((_, index) => index));
          for (const { after, numbers } of await Promise.all(readings)) {
            expect(numbers).toEqual(all.filter((number) => number > after));
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  test("tells of its end when it is kept, not before", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { live, turn, finish } = open(() => promise);
    const running = live.run(turn);
    const heard: string[] = [];
    const reading = (async () => {
      for await (const event of live.read(-1, NEVER)) heard.push(event.type);
    })();
    finish(say("hello"), END);
    await nextTick();
    expect(live.showLife()).toBe(false);
    expect(heard).toEqual(["response.created", "text-delta"]);
    expect(live.isEnded).toBe(false);
    resolve();
    await Promise.all([running, reading, live.ended]);
    expect(heard.at(-1)).toBe("response.completed");
    expect(live.isEnded).toBe(true);
  });

  test("is cancelled once, whatever comes after", async () => {
    const { live, turn, kept, abortCount, finish } = open();
    const running = live.run(turn);
    turn.push(say("hello"));
    await nextTick();
    await Promise.all([live.cancel(), live.cancel()]);
    expect(live.body.status).toBe("cancelled");
    finish(say("late"), END);
    await running;
    await live.cancel();
    expect(kept).toHaveLength(1);
    expect(kept[0]?.events.map(({ type }) => type)).toEqual([
      "response.created",
      "text-delta",
      "response.cancelled",
    ]);
    expect(abortCount()).toBe(1);
  });

  test("that has ended stays as it is when it is cancelled", async () => {
    const { live, turn, kept, finish } = open();
    finish(END);
    await live.run(turn);
    await live.cancel();
    expect(kept).toHaveLength(1);
    expect(live.body.status).toBe("completed");
  });

  test("is whole for its conversation while its turn still holds that, and nothing changes it any more", async () => {
    const { live, turn, kept, told } = open();
    const running = live.run(turn);
    turn.push(say("hello"));
    turn.push(END);
    await nextTick();
    expect(told.map(({ status }) => status)).toEqual(["completed"]);
    expect([kept, live.isEnded, live.showLife()]).toEqual([[], false, false]);
    const cancelling = live.cancel();
    turn.end();
    await Promise.all([running, cancelling]);
    expect(kept.map(({ body }) => body.status)).toEqual(["completed"]);
  });

  test.each([
    ["cancelled", async (live: LiveResponse) => live.cancel()],
    ["failed", async (live: LiveResponse) => live.fail({ kind: "internal", message: "No." })],
  ])("leaves nothing in its conversation when it is %s", async (_, end) => {
    const { live, turn, told, finish } = open();
    const running = live.run(turn);
    turn.push(say("hello"));
    await nextTick();
    await end(live);
    finish(END);
    await running;
    expect(told).toEqual([]);
  });

  test("fails with its turn, and when its turn breaks or cannot be kept still ends", async () => {
    const error: ErrorInfo = { kind: "upstream-failed", message: "No." };
    const failing = open();
    failing.finish({ type: "turn-error", error, usage: NO_USAGE, costUsd: 0 });
    await failing.live.run(failing.turn);
    expect(failing.live.failure).toEqual(error);

    const broken = open();
    broken.finish(say("hello"));
    await broken.live.run(broken.turn);
    expect(broken.live.body.status).toBe("failed");
    expect(broken.live.failure?.kind).toBe("internal");
    expect(broken.problems).toHaveLength(1);

    const unkept = open(() => Promise.reject(new Error("disk full")));
    unkept.finish(END);
    await unkept.live.run(unkept.turn);
    expect(await numbersOf(unkept.live.read(-1, NEVER))).toEqual([0, 1]);
    expect(unkept.problems).toHaveLength(1);
  });

  test("waits for the client that it is bound to, and is cancelled when that leaves", async () => {
    const { live, turn } = open();
    const leaving = new AbortController();
    const reading = live.readBound(leaving.signal);
    await reading.next();
    let taken = 0;
    async function* endless(): AsyncGenerator<TurnEvent> {
      for (;;) {
        taken += 1;
        yield say("word");
        await nextTick();
        if (live.isEnded) return;
      }
    }
    const running = live.run(endless());
    for (let turns = 0; turns < 200; turns++) await nextTick();
    expectWithin(taken, 100);
    const stalledAt = taken;
    for (let count = 0; count < 30; count++) await reading.next();
    for (let turns = 0; turns < 50; turns++) await nextTick();
    expect(taken).toBeGreaterThan(stalledAt);
    leaving.abort();
    await running;
    expect(live.body.status).toBe("cancelled");
    turn.end();
  });
});
