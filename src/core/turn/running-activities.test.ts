import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { driveEvents } from "../../../test/engine/drive-events.ts";
import { delay } from "../../lib/time.ts";
import type { EngineEvent } from "../words/turn-event.ts";
import { NO_USAGE } from "../words/usage.ts";
import { RunningActivities } from "./running-activities.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const TEXT: EngineEvent = { type: "text-delta", text: "Hello" };
const END: EngineEvent = { type: "turn-end", reason: "end", usage: NO_USAGE, costUsd: 0 };
const NEVER = new AbortController().signal;

const start = (activityId: string, name = "Bash"): EngineEvent => ({
  type: "activity-start",
  activityId,
  name,
  input: {},
});
const end = (activityId: string): EngineEvent => ({
  type: "activity-end",
  activityId,
  isError: false,
  output: "",
});
const ask: EngineEvent = {
  type: "permission-request",
  approvalId: "appr_1",
  activityId: "a",
  toolName: "Bash",
  input: {},
  summary: "",
  alwaysAllows: [],
  expiresAt: 0,
};
const resolved = (outcome: "allowed" | "denied"): EngineEvent => ({
  type: "permission-resolved",
  approvalId: "appr_1",
  outcome,
});

type Steps = readonly (readonly [afterSeconds: number, event: EngineEvent])[];

/** An engine that sends each event after so many seconds, until it is aborted. */
async function* play(steps: Steps, signal = NEVER): AsyncGenerator<EngineEvent> {
  for (const [afterSeconds, event] of steps) {
    await delay(afterSeconds * 1000, signal);
    yield event;
  }
}

function watch(steps: Steps, abort = new AbortController(), failures: unknown[] = []) {
  return driveEvents(play(steps, abort.signal), {
    activities: new RunningActivities({ intervalMs: 10_000, clock: Date.now }),
    abandon: () => abort.abort(new Error("abandoned")),
    onFailure: (thrown) => failures.push(thrown),
  });
}

/** The progress reports on running activities, in seconds. */
async function progressOf(steps: Steps): Promise<readonly string[]> {
  const reading = Array.fromAsync(watch(steps));
  await vi.runAllTimersAsync();
  const events = await reading;
  expect(vi.getTimerCount()).toBe(0);
  const own = events.filter((event) => event.type === "activity-progress");
  expect(events.filter((event) => event.type !== "activity-progress")).toEqual(
    steps.map(([, event]) => event),
  );
  return own.map(({ activityId, name, elapsedMs }) => `${name} ${activityId} ${elapsedMs / 1000}`);
}

test("nothing is added to what is quick, nor to silence without an activity", async () => {
  expect(
    await progressOf([
      [60, TEXT],
      [0, start("a")],
      [9, end("a")],
      [600, TEXT],
      [60, END],
    ]),
  ).toEqual([]);
});

test("of an hour's command it is told ever more rarely", async () => {
  expect(
    await progressOf([
      [0, start("a")],
      [3600, end("a")],
      [1, END],
    ]),
  ).toEqual(
    [10, 30, 70, 150, 310, 610, 910, 1210, 1510, 1810, 2110, 2410, 2710, 3010, 3310].map(
      (seconds) => `Bash a ${seconds}`,
    ),
  );
});

test("activities side by side are told each by its own time", async () => {
  const steps: Steps = [
    [0, start("a")],
    [5, start("b", "Agent")],
    [8, TEXT],
    [4, end("a")],
    [20, end("b")],
    [0, END],
  ];
  expect(await progressOf(steps)).toEqual(["Bash a 10", "Agent b 10", "Agent b 30"]);
});

test("waiting for a person is not running", async () => {
  const steps: Steps = [
    [0, start("a")],
    [1, ask],
    [300, resolved("allowed")],
    [12, end("a")],
    [0, END],
  ];
  expect(await progressOf(steps)).toEqual(["Bash a 10"]);
  expect(
    await progressOf([
      [0, start("a")],
      [1, ask],
      [300, resolved("denied")],
      [30, end("a")],
      [0, END],
    ]),
  ).toEqual([]);
});

test("what never ends is told of no longer when the turn has ended", async () => {
  expect(
    await progressOf([
      [0, start("a")],
      [11, END],
    ]),
  ).toEqual(["Bash a 10"]);
});

test("a failure of the engine in the middle of a wait arrives", async () => {
  const abort = new AbortController();
  const failures: unknown[] = [];
  const reading = Array.fromAsync(
    watch(
      [
        [0, start("a")],
        [100, END],
      ],
      abort,
      failures,
    ),
  );
  await vi.advanceTimersByTimeAsync(15_000);
  abort.abort(new Error("stopped"));
  expect((await reading).at(-1)).toMatchObject({ type: "turn-error" });
  expect(failures).toEqual([new Error("stopped")]);
  expect(vi.getTimerCount()).toBe(0);
});

test("a reader that leaves while a command runs does not wait for it", async () => {
  const abort = new AbortController();
  const events = watch(
    [
      [0, start("a")],
      [3600, END],
    ],
    abort,
  );
  const first = events.next();
  await vi.advanceTimersByTimeAsync(1);
  expect((await first).value).toEqual(start("a"));
  const second = events.next();
  await vi.advanceTimersByTimeAsync(10_000);
  expect((await second).value).toMatchObject({ type: "activity-progress", elapsedMs: 10_000 });
  await expect(events.return()).resolves.toBeDefined();
  expect(abort.signal.aborted).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});
