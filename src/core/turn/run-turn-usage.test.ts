import { expect, test } from "vitest";

import { ALICE } from "../../../test/conformance/store-fixtures.ts";
import { openTurnBed } from "../../../test/engine/turn-bed.ts";
import { turnRequest } from "../../../test/engine/turn-fixtures.ts";
import { failAfter, speak, USAGE } from "../../../test/engine/turn-scripts.ts";
import { Gate } from "../../demo/gate.ts";
import type { ExpectedTurn, UsageLimits } from "../ports/usage-limits.ts";
import { AppError } from "../words/app-error.ts";
import { NO_USE, type TurnUse } from "../words/usage.ts";

const USED: TurnUse = { usage: USAGE, costUsd: 0.01 };

/** Limits that note what they are asked and told. `refusal` is how they refuse from now on. */
class NotedLimits implements UsageLimits {
  readonly asked: ExpectedTurn[] = [];
  readonly told: TurnUse[] = [];
  refusal: AppError | undefined;

  async admit(turn: ExpectedTurn) {
    this.asked.push(turn);
    if (this.refusal) throw this.refusal;
    return { end: async (used: TurnUse) => void this.told.push(used) };
  }
}

async function openLimitedBed(options: Parameters<typeof openTurnBed>[0] = {}) {
  const usageLimits = new NotedLimits();
  return { usageLimits, bed: await openTurnBed({ ...options, usageLimits }) };
}

test("a turn is asked for with what it may come to, and told with what it used before its end is heard", async () => {
  const { usageLimits, bed } = await openLimitedBed();
  const gate = new Gate();
  bed.engine.script = speak(["Hel", gate, "lo"]);
  const request = turnRequest(["What is the capital of France?"], { sampling: { maxOutputTokens: 100 } });
  const told: number[] = [];
  const running = (async () => {
    for await (const event of bed.runTurn(request, new AbortController().signal)) {
      if (event.type === "turn-end") told.push(usageLimits.told.length);
    }
  })();
  await gate.reached;
  expect(usageLimits.asked).toMatchObject([
    { turnId: request.turnId, principalId: ALICE, maxOutputTokens: 100 },
  ]);
  expect(usageLimits.asked[0]?.inputTokens()).toBeGreaterThan(5);
  expect(usageLimits.told).toEqual([]);
  gate.release();
  await running;
  expect(usageLimits.told).toEqual([USED]);
  expect(told).toEqual([1]);
});

test("a refused turn takes no place and starts nothing, and its client hears why", async () => {
  const { usageLimits, bed } = await openLimitedBed({ queue: { maxTurnsAtOnce: 1, queueLimit: 0 } });
  usageLimits.refusal = new AppError({ kind: "queue-full", message: "Too much.", retryAfterMs: 7_000 });
  expect(await bed.run(turnRequest(["one"]))).toMatchObject([
    { type: "turn-error", error: { kind: "queue-full", message: "Too much.", retryAfterMs: 7_000 } },
  ]);
  expect([bed.engine.sessions, usageLimits.told]).toEqual([[], []]);
  usageLimits.refusal = undefined;
  expect((await bed.run(turnRequest(["two"]))).at(-1)?.type).toBe("turn-end");
});

test("a turn that fails is told with what it used; one that does not begin, with nothing", async () => {
  const { usageLimits, bed } = await openLimitedBed({ queue: { maxTurnsAtOnce: 1, queueLimit: 0 } });
  bed.engine.script = failAfter("Hel", new AppError({ kind: "engine-failed", message: "No." }));
  await bed.run(turnRequest(["one"]));
  expect(usageLimits.told).toEqual([USED]);

  const gate = new Gate();
  bed.engine.script = speak([gate]);
  const running = bed.begin(turnRequest(["two"]));
  await gate.reached;
  await bed.run(turnRequest(["three"]));
  expect(usageLimits.told).toEqual([USED, NO_USE]);
  gate.release();
  await running.finished;

  bed.engine.startError = new AppError({ kind: "engine-failed", message: "No start." });
  await bed.run(turnRequest(["four"]));
  expect(usageLimits.told).toEqual([USED, NO_USE, USED, NO_USE]);
  expect(bed.queue.stats.running).toBe(0);
});

test("a turn whose reader leaves is told once with what it has used until then, and so is its record", async () => {
  const recorded: Partial<TurnUse>[] = [];
  const { usageLimits, bed } = await openLimitedBed({
    wrapStore: (store) => ({
      finishTurn: async (id, outcome) => {
        recorded.push({ usage: outcome.usage, costUsd: outcome.costUsd });
        await store.finishTurn(id, outcome);
      },
    }),
  });
  const gate = new Gate();
  const scripts = [
    // Claude works on, it waits for something, or its end has come already.
    speak(["Hel", "lo"]),
    speak(["Hel", gate]),
    speak(["Hello"]),
  ];
  for (const [index, script] of scripts.entries()) {
    bed.engine.script = script;
    const request = turnRequest([`question ${index}`]);
    for await (const event of bed.runTurn(request, new AbortController().signal)) {
      if (event.type === "text-delta") break;
    }
    expect(usageLimits.told).toHaveLength(index + 1);
    expect([usageLimits.told[index], recorded[index]]).toEqual([USED, USED]);
  }
  expect(bed.queue.stats.running).toBe(0);
});

test("a turn whose reader leaves before it has begun is told with nothing", async () => {
  const { usageLimits, bed } = await openLimitedBed();
  bed.engine.script = speak(["Hel"]);
  for await (const event of bed.runTurn(turnRequest(["one"]), new AbortController().signal)) {
    if (event.type === "turn-start") break;
  }
  expect(usageLimits.told).toEqual([NO_USE]);
});
