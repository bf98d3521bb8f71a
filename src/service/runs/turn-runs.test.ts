import { expect, test } from "vitest";

import { turnRequest } from "../../../test/engine/turn-fixtures.ts";
import { AppError } from "../../core/words/app-error.ts";
import type { TurnEvent } from "../../core/words/turn-event.ts";
import { NO_USAGE } from "../../core/words/usage.ts";
import { abortReason, failedTurn } from "../../core/turn/turn-failure.ts";
import { TurnRuns } from "./turn-runs.ts";

const NEVER = new AbortController().signal;
const END: TurnEvent = {
  type: "turn-end",
  reason: "end",
  usage: { ...NO_USAGE, outputTokens: 7 },
  costUsd: 0.5,
};

function deltas(count: number): readonly TurnEvent[] {
  return Array.from({ length: count }, (_, index) => ({ type: "text-delta", text: `${index} ` }));
}

/** Runs a turn with these events, which its client reads to the end. */
async function runTurn(runs: TurnRuns, events: readonly TurnEvent[], id = "turn_1") {
  const request = { ...turnRequest(["Hi"]), turnId: id as never };
  return Array.fromAsync(
    runs.listen(async function* () {
      yield* events;
    })(request, NEVER),
  );
}

test("a reader that does not read holds up no turn, loses the oldest events and is told how many", async () => {
  const runs = new TurnRuns(() => 1);
  let events: AsyncIterable<unknown> | undefined;
  const all = deltas(10_000);
  await Array.fromAsync(
    runs.listen(async function* () {
      events = runs.follow("turn_1", NEVER).events;
      yield* [...all, END];
    })({ ...turnRequest(["Hi"]), turnId: "turn_1" as never }, NEVER),
  );
  const [lost, ...rest] = await Array.fromAsync(events ?? []);
  expect(lost).toEqual({ type: "events-lost", count: all.length + 1 - rest.length });
  expect(rest.length).toBeLessThanOrEqual(2_001);
  expect(rest.at(-2)).toEqual(all.at(-1));
  expect(rest.at(-1)).toBe(END);
  expect(runs.find("turn_1")).toMatchObject({
    state: "completed",
    outputTokens: 7,
    costUsd: 0.5,
    endedAt: 1,
  });
});

test("who comes late sees the latest of what was, without a gap to what comes", async () => {
  const runs = new TurnRuns(() => 1);
  const seen: unknown[] = [];
  let reading: Promise<unknown> = Promise.resolve();
  const [before, after] = [deltas(6_000), deltas(3)];
  await Array.fromAsync(
    runs.listen(async function* () {
      yield* before;
      const { run, events } = runs.follow("turn_1", NEVER);
      expect(run.outputTokens).toBeGreaterThan(1_000);
      reading = Array.fromAsync(events, (event) => void seen.push(event));
      for (const event of [...after, END]) {
        await new Promise(setImmediate);
        yield event;
      }
    })({ ...turnRequest(["Hi"]), turnId: "turn_1" as never }, NEVER),
  );
  await reading;
  const [lost, ...rest] = seen;
  const count = Number(Object(lost).count);
  expect(count).toBeGreaterThan(0);
  expect(rest).toEqual([...before.slice(count), ...after, END]);
});

test("a cancelled turn ends with that error; one that is over, or unknown, is refused", async () => {
  const runs = new TurnRuns(() => 1);
  const request = { ...turnRequest(["Hi"]), turnId: "turn_1" as never };
  const events = await Array.fromAsync(
    runs.listen(async function* (_, signal) {
      yield* deltas(1);
      expect(runs.cancel("turn_1")).toMatchObject({ state: "queued" });
      expect(signal.aborted).toBe(true);
      yield failedTurn(abortReason(signal));
    })(request, NEVER),
  );
  expect(events.at(-1)).toMatchObject({ type: "turn-error", error: { kind: "cancelled" } });
  expect(runs.list()).toMatchObject([{ state: "cancelled", error: { message: /operator/ } }]);
  expect(() => runs.cancel("turn_1")).toThrow(AppError);
  expect(() => runs.cancel("turn_2")).toThrow(/no turn with this id/);
});

test("the latest turns that are over stay listed, within a bound; a client that leaves ends its turn", async () => {
  const runs = new TurnRuns(() => 1);
  for (let index = 0; index < 210; index++) await runTurn(runs, [END], `turn_${index}`);
  const left = runs.listen(async function* () {
    yield* deltas(5);
  })({ ...turnRequest(["Hi"]), turnId: "turn_left" as never }, NEVER);
  const stream = left[Symbol.asyncIterator]();
  await stream.next();
  await stream.return?.();
  const ids = runs.list().map(({ turnId }) => turnId);
  expect(ids).toHaveLength(200);
  expect(ids.slice(0, 2)).toEqual(["turn_left", "turn_209"]);
  expect(runs.find("turn_left").state).toBe("cancelled");
});
