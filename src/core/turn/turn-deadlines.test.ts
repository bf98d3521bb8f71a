import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { driveEvents } from "../../../test/engine/drive-events.ts";
import type { EngineEvent, EngineOutput } from "../words/turn-event.ts";
import { NO_USAGE } from "../words/usage.ts";
import { TurnDeadlines } from "./turn-deadlines.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const DEADLINES = { firstByteMs: 100, streamIdleMs: 10, turnMs: 1_000 };

const TEXT: EngineEvent = { type: "text-delta", text: "Hello" };
const RETRY: EngineEvent = { type: "notice", code: "retry", message: "Again." };
const TOOL: EngineEvent = { type: "activity-start", activityId: "tool", name: "Bash", input: {} };
const OTHER_TOOL: EngineEvent = { type: "activity-start", activityId: "other", name: "Read", input: {} };
const TOOL_END: EngineEvent = { type: "activity-end", activityId: "tool", isError: false, output: "" };
const FILE_CHANGE: EngineEvent = {
  type: "file-change",
  activityId: "tool",
  change: { type: "changed", path: "a.txt" },
};
const PROGRESS: EngineOutput = { type: "progress" };
const END: EngineEvent = { type: "turn-end", reason: "end", usage: NO_USAGE, costUsd: 0 };

/** An engine that sends each event after so many milliseconds, and the deadlines that its turn missed. */
function run(steps: readonly (readonly [afterMs: number, event: EngineOutput])[]) {
  const missed: string[] = [];
  let isClosed = false;
  async function* engine(): AsyncGenerator<EngineOutput> {
    try {
      for (const [afterMs, event] of steps) {
        await new Promise<void>((resolve) => void setTimer(resolve, afterMs));
        yield event;
      }
    } finally {
      isClosed = true;
    }
  }
  const deadlines = new TurnDeadlines(DEADLINES, (error) => {
    expect(error.info.kind).toBe("timeout");
    missed.push(error.message);
  });
  const events = driveEvents(engine(), { deadlines });
  return { events, missed, isClosed: () => isClosed };
}

/** A timer of the engine's own, faked like all others. */
function setTimer(task: () => void, ms: number): unknown {
  // oxlint-disable-next-line no-restricted-globals -- under vi.useFakeTimers
  return setTimeout(task, ms);
}

async function readAll(steps: Parameters<typeof run>[0]): Promise<readonly string[]> {
  const { events, missed } = run(steps);
  const reading = Array.fromAsync(events);
  await vi.runAllTimersAsync();
  expect(await reading).toEqual(steps.map(([, event]) => event));
  expect(vi.getTimerCount()).toBe(0);
  return missed;
}

test("a turn in time misses nothing and leaves no timer behind", async () => {
  expect(
    await readAll([
      [99, TEXT],
      [9, TEXT],
      [9, END],
    ]),
  ).toEqual([]);
});

test("a changed file is no sign of the model: after the tool it has the first answer's time", async () => {
  expect(
    await readAll([
      [1, TEXT],
      [1, TOOL],
      [500, TOOL_END],
      [1, FILE_CHANGE],
      [90, TEXT],
      [1, END],
    ]),
  ).toEqual([]);
});

test("the first answer has its own deadline", async () => {
  expect(
    await readAll([
      [101, TEXT],
      [1, END],
    ]),
  ).toEqual(["The model's first answer took longer than the 0.1 seconds that this server allows."]);
});

test("so has each following part", async () => {
  expect(
    await readAll([
      [1, TEXT],
      [11, END],
    ]),
  ).toEqual(["The next part of the answer took longer than the 0.01 seconds that this server allows."]);
});

test("a retry begins the wait for the first answer anew", async () => {
  expect(
    await readAll([
      [90, RETRY],
      [90, TEXT],
      [1, END],
    ]),
  ).toEqual([]);
});

test("a retry in the middle of the answer is no first answer", async () => {
  expect(
    await readAll([
      [1, TEXT],
      [1, RETRY],
      [11, END],
    ]),
  ).toHaveLength(1);
});

test("while a tool runs, silence does not count; after it the model has its first deadline again", async () => {
  expect(
    await readAll([
      [1, TEXT],
      [1, TOOL],
      [500, TOOL_END],
      [99, TEXT],
      [9, END],
    ]),
  ).toEqual([]);
});

test("of two tools the last one counts", async () => {
  expect(
    await readAll([
      [1, TOOL],
      [1, OTHER_TOOL],
      [5, TOOL_END],
      [500, END],
    ]),
  ).toEqual([]);
});

test("what the model does unseen is no silence, and goes no further", async () => {
  const { events, missed } = run([
    [90, PROGRESS],
    [9, PROGRESS],
    [9, TEXT],
    [1, END],
  ]);
  const reading = Array.fromAsync(events);
  await vi.runAllTimersAsync();
  expect([await reading, missed]).toEqual([[TEXT, END], []]);
});

test("the whole turn has a deadline, whatever happens in it", async () => {
  expect(
    await readAll([
      [1, TOOL],
      [1_500, TOOL_END],
      [1, END],
    ]),
  ).toEqual(["The turn took longer than the 1 seconds that this server allows."]);
});

test("the time in which nobody reads does not count", async () => {
  const { events, missed } = run([
    [1, TEXT],
    [1, END],
  ]);
  const first = events.next();
  await vi.advanceTimersByTimeAsync(1);
  await first;
  await vi.advanceTimersByTimeAsync(500);
  expect(missed).toEqual([]);
  const rest = Array.fromAsync(events);
  await vi.advanceTimersByTimeAsync(10);
  expect(await rest).toEqual([END]);
});

test("a reader who leaves closes the engine and the timers", async () => {
  const { events, isClosed } = run([
    [1, TEXT],
    [1, END],
  ]);
  const first = events.next();
  await vi.advanceTimersByTimeAsync(1);
  await first;
  // What has begun is heard to its end, which tells what it has cost.
  const left = events.return();
  await vi.runAllTimersAsync();
  await left;
  expect(isClosed()).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test("an engine that fails leaves no timer behind", async () => {
  const failures: unknown[] = [];
  const deadlines = new TurnDeadlines(DEADLINES, () => {});
  const events = driveEvents(brokenEngine(), { deadlines, onFailure: (thrown) => failures.push(thrown) });
  expect(await Array.fromAsync(events)).toMatchObject([{ type: "turn-error", error: { kind: "internal" } }]);
  expect(failures).toEqual([new Error("broke")]);
  expect(vi.getTimerCount()).toBe(0);
});

// oxlint-disable-next-line require-yield -- it fails before it says anything
async function* brokenEngine(): AsyncGenerator<EngineEvent> {
  throw new Error("broke");
}
