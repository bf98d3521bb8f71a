import { Engines } from "../core/ports/engines.ts";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { ScriptedEngine } from "../../test/engine/scripted-engine.ts";
import { message } from "../../test/conformance/store-fixtures.ts";
import { AGENT_KIND, CHAT_KIND } from "../../test/engine/turn-fixtures.ts";
import { turnInput } from "../../test/engine/turn-input.ts";
import { SILENT_LOGGER } from "../core/ports/logger.ts";
import { Gate } from "../demo/gate.ts";
import { Semaphore } from "../lib/semaphore.ts";
import { nextTick } from "../lib/time.ts";
import { SpareShelf } from "./spare-shelf.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

const SPEC = {
  kind: CHAT_KIND,
  workspace: "/workspace",
  model: "sonnet",
  instructions: "",
  systemText: "Be brief.",
};
const START = { spec: SPEC, firstTurn: turnInput([message("user", "hello")]) };

function openShelf(sparesPerKind = 2, maxSpawnsAtOnce = 2) {
  const engine = new ScriptedEngine();
  const errors: string[] = [];
  const turns = { areRunning: false };
  const limits = { sparesPerKind };
  const shelf = new SpareShelf({
    engines: new Engines([engine]),
    limits,
    spawns: new Semaphore(maxSpawnsAtOnce),
    isQuiet: () => !turns.areRunning,
    logger: { ...SILENT_LOGGER, error: (event) => void errors.push(event) },
  });
  return { engine, shelf, errors, turns, limits };
}

test("keeps spares of each kind, once for kinds that are alike", async () => {
  const { engine, shelf } = openShelf();
  shelf.stock(CHAT_KIND);
  shelf.stock({ ...CHAT_KIND });
  shelf.stock(AGENT_KIND);
  await nextTick();
  expect(shelf.stats).toEqual({ ready: 4, starting: 0, limit: 4 });
  expect(engine.spares.map((spare) => spare.kind)).toEqual([CHAT_KIND, CHAT_KIND, AGENT_KIND, AGENT_KIND]);
});

test("where workers have become possible since, they take the place of the spares", async () => {
  const { engine, shelf } = openShelf();
  shelf.stock(CHAT_KIND);
  await nextTick();
  engine.hasWorkers = () => true;
  expect(shelf.takeWorker(CHAT_KIND)).toBeUndefined();
  await nextTick();
  expect(engine.spares.map(({ process }) => process.ended)).toEqual(["closed", "closed"]);
  expect(shelf.takeWorker(CHAT_KIND)).toMatchObject({ canContinue: true });
  expect(shelf.take(START)).toBeUndefined();
});

test("a spare that is taken becomes a session as asked, and is replaced when no turn runs", async () => {
  const { engine, shelf, turns } = openShelf();
  shelf.stock(CHAT_KIND);
  await nextTick();
  expect(shelf.take(START)).toMatchObject({ spec: SPEC, process: engine.spares[0]?.process });
  turns.areRunning = true;
  await vi.advanceTimersByTimeAsync(300);
  expect(shelf.stats).toMatchObject({ ready: 1, starting: 0 });
  turns.areRunning = false;
  await vi.advanceTimersByTimeAsync(25);
  expect(shelf.stats).toMatchObject({ ready: 2 });
});

test("turns that go on do not keep a spare from being replaced for long", async () => {
  const { shelf, turns } = openShelf();
  shelf.stock(CHAT_KIND);
  await nextTick();
  turns.areRunning = true;
  shelf.take(START);
  await vi.advanceTimersByTimeAsync(999);
  expect(shelf.stats).toMatchObject({ ready: 1, starting: 0 });
  await vi.advanceTimersByTimeAsync(1);
  expect(shelf.stats).toMatchObject({ ready: 2 });
});

test("there is none of another kind, nor when all are taken", async () => {
  const { shelf } = openShelf(1);
  shelf.stock(CHAT_KIND);
  await nextTick();
  expect(shelf.take({ ...START, spec: { ...SPEC, kind: AGENT_KIND } })).toBeUndefined();
  expect(shelf.take(START)).toBeDefined();
  expect(shelf.take(START)).toBeUndefined();
});

test("starts no more at once than allowed", async () => {
  const { engine, shelf } = openShelf(5, 2);
  engine.startGate = new Gate();
  shelf.stock(CHAT_KIND);
  await nextTick();
  expect(shelf.stats).toEqual({ ready: 0, starting: 5, limit: 5 });
  engine.startGate.release();
  await nextTick();
  await nextTick();
  expect([shelf.stats.ready, engine.mostStartsAtOnce]).toEqual([5, 2]);
});

test("a spare that dies leaves the shelf, and is replaced after a while", async () => {
  const { engine, shelf } = openShelf();
  shelf.stock(CHAT_KIND);
  await nextTick();
  engine.spares[0]?.process.kill();
  await nextTick();
  expect(shelf.stats.ready).toBe(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(shelf.stats.ready).toBe(2);
});

test("a spare that has died unnoticed is passed over for the next one", async () => {
  const { engine, shelf } = openShelf();
  shelf.stock(CHAT_KIND);
  await nextTick();
  engine.spares[0]?.process.kill();
  expect(shelf.take(START)).toMatchObject({ process: engine.spares[1]?.process });
});

test("a start that fails is told and tried again later, not at once", async () => {
  const { engine, shelf, errors } = openShelf(1);
  engine.startError = new Error("No start.");
  shelf.stock(CHAT_KIND);
  await nextTick();
  expect([shelf.stats, errors]).toEqual([{ ready: 0, starting: 0, limit: 1 }, ["spare.failed-to-start"]]);
  engine.startError = undefined;
  await vi.advanceTimersByTimeAsync(9_999);
  expect(shelf.stats).toMatchObject({ ready: 0, starting: 0 });
  await vi.advanceTimersByTimeAsync(1);
  expect(shelf.stats.ready).toBe(1);
});

test("closing ends the spares that stand and those that start, and starts no more", async () => {
  const { engine, shelf, errors } = openShelf(3, 1);
  shelf.stock(CHAT_KIND);
  await nextTick();
  shelf.take(START);
  engine.startGate = new Gate();
  await vi.advanceTimersByTimeAsync(250);
  await shelf.close();
  engine.startGate.release();
  await vi.advanceTimersByTimeAsync(60_000);
  // A spare that was taken no longer belongs to the shelf.
  expect(engine.running).toEqual([engine.spares[0]?.process]);
  expect([shelf.take(START), errors]).toEqual([undefined, []]);
});

test("a spare that stands just when the shelf is closed ends as well", async () => {
  const { engine, shelf } = openShelf(1);
  engine.ignoresAbort = true;
  engine.startGate = new Gate();
  shelf.stock(CHAT_KIND);
  await nextTick();
  await shelf.close();
  engine.startGate.release();
  await nextTick();
  expect(engine.running).toEqual([]);
});

test("a process waits for the history of what is expected to be resumed, and another one when it is taken", async () => {
  const { engine, shelf, turns } = openShelf();
  engine.startStandby = (...asked) => engine.waitForHistory(...asked);
  turns.areRunning = true;
  shelf.expectResumed(SPEC, 0);
  shelf.expectResumed({ ...SPEC }, 1);
  await vi.advanceTimersByTimeAsync(300);
  expect(shelf.stats).toEqual({ ready: 0, starting: 0, limit: 1 });
  turns.areRunning = false;
  await vi.advanceTimersByTimeAsync(25);
  expect(shelf.stats).toEqual({ ready: 1, starting: 0, limit: 1 });
  for (const changes of [{ systemText: "Other." }, { notes: "A note." }, { workspace: "/other" }]) {
    expect(shelf.takeStandby({ ...SPEC, ...changes })).toBeUndefined();
  }
  expect(shelf.takeStandby(SPEC)).toMatchObject({ exited: engine.processes[0]?.exited });
  expect(shelf.takeStandby(SPEC)).toBeUndefined();
  await vi.advanceTimersByTimeAsync(25);
  expect([shelf.stats.ready, engine.processes.length]).toEqual([1, 2]);
});

test("processes wait for two kinds of histories at most, and for none that nobody has asked for lately", async () => {
  const { engine, shelf } = openShelf();
  engine.startStandby = (...asked) => engine.waitForHistory(...asked);
  for (const [index, model] of ["a", "b", "c"].entries()) {
    shelf.expectResumed({ ...SPEC, model }, index);
    await vi.advanceTimersByTimeAsync(25);
  }
  expect([shelf.stats.ready, engine.running]).toEqual([2, engine.processes.slice(1)]);
  shelf.expectResumed({ ...SPEC, model: "b" }, 3);
  shelf.dropStandbys(2);
  await nextTick();
  expect([shelf.stats, engine.running]).toEqual([
    { ready: 1, starting: 0, limit: 1 },
    engine.processes.slice(1, 2),
  ]);
  expect(shelf.takeStandby({ ...SPEC, model: "b" })).toBeDefined();
});

test("a process that cannot be started to wait is not tried again until it is expected anew", async () => {
  const { engine, shelf, errors } = openShelf();
  engine.startStandby = (...asked) => engine.waitForHistory(...asked);
  engine.startError = new Error("No start.");
  shelf.expectResumed(SPEC, 0);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([shelf.stats.limit, errors]).toEqual([0, ["spare.failed-to-start"]]);
  engine.startError = undefined;
  shelf.expectResumed(SPEC, 0);
  await vi.advanceTimersByTimeAsync(25);
  expect(shelf.stats.ready).toBe(1);
});

test("without spares nothing waits for a history", async () => {
  const { engine, shelf } = openShelf(0);
  engine.startStandby = (...asked) => engine.waitForHistory(...asked);
  shelf.expectResumed(SPEC, 0);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(engine.processes).toEqual([]);
});

test("another number of spares counts at once, for those that wait for a history, too", async () => {
  const { engine, shelf, limits } = openShelf(1);
  engine.startStandby = (...asked) => engine.waitForHistory(...asked);
  shelf.stock(CHAT_KIND);
  shelf.expectResumed(SPEC, 0);
  await vi.advanceTimersByTimeAsync(25);
  expect(shelf.stats).toEqual({ ready: 2, starting: 0, limit: 2 });
  limits.sparesPerKind = 3;
  shelf.adjust();
  await nextTick();
  expect(shelf.stats).toEqual({ ready: 4, starting: 0, limit: 4 });
  limits.sparesPerKind = 0;
  shelf.adjust();
  await nextTick();
  expect([shelf.stats, engine.running]).toEqual([{ ready: 0, starting: 0, limit: 0 }, []]);
});
