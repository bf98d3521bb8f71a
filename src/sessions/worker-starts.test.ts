import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";

import { ALICE, BOB, conversationId } from "../../test/conformance/store-fixtures.ts";
import { ScriptedEngine } from "../../test/engine/scripted-engine.ts";
import { CHAT_KIND } from "../../test/engine/turn-fixtures.ts";
import { Engines } from "../core/ports/engines.ts";
import { SILENT_LOGGER } from "../core/ports/logger.ts";
import type { SessionLease } from "../core/ports/session-pool.ts";
import { nextTick } from "../lib/time.ts";
import { LiveSessionPool } from "./live-session-pool.ts";

beforeEach(
  () =>
    void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] }),
);
afterEach(() => void vi.useRealTimers());

const ALICES = { principalId: ALICE, conversationId: conversationId("a") };
const BOBS = { principalId: BOB, conversationId: conversationId("b") };
const NEVER = new AbortController().signal;
const SPEC = { kind: CHAT_KIND, workspace: "/workspace", model: "sonnet", instructions: "", systemText: "" };

/** A pool with two workers of Alice's that have made a turn of this length, and work on the next one. */
async function openBusyPool(turnMs: number) {
  const engine = new ScriptedEngine();
  engine.hasWorkers = () => true;
  const limits = {
    maxSessions: 8,
    sparesPerKind: 0,
    maxSpawnsAtOnce: 2,
    sessionIdleMs: 600_000,
    maxMemoryBytes: Number.MAX_SAFE_INTEGER,
  };
  const pool = new LiveSessionPool({
    engines: new Engines([engine]),
    limits,
    clock: Date.now,
    logger: SILENT_LOGGER,
  });
  onTestFinished(() => pool.close());
  const lend = () => Promise.all([1, 2].map(() => Promise.resolve(pool.takeWorker(SPEC, ALICES, NEVER))));
  const first = await lend();
  vi.setSystemTime(Date.now() + turnMs);
  for (const lease of first) pool.returnWorker(lease);
  const busy = await lend();
  const served: SessionLease[] = [];
  const wait = (asker = ALICES) =>
    void Promise.resolve(pool.takeWorker(SPEC, asker, NEVER)).then((lease) => served.push(lease));
  return { engine, pool, busy, served, wait };
}

test("none is started where those that serve are done before", async () => {
  const { engine, pool, busy, served, wait } = await openBusyPool(50);
  for (let index = 0; index < 20; index += 1) wait();
  await nextTick();
  expect(engine.processes).toHaveLength(2);
  const [one, two] = busy;
  if (!one || !two) throw new Error("Two are busy.");
  for (let index = 0; index < 10; index += 1) {
    for (const lease of [one, two]) pool.returnWorker(lease);
    await nextTick();
  }
  expect([served.length, engine.processes.length]).toEqual([20, 2]);
});

test("one is started when they are not done by then, and at once where turns are long or many wait", async () => {
  const short = await openBusyPool(50);
  short.wait();
  await vi.advanceTimersByTimeAsync(999);
  expect(short.engine.processes).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1);
  await nextTick();
  expect([short.served.length, short.engine.processes.length]).toEqual([1, 3]);

  const long = await openBusyPool(5_000);
  long.wait();
  await nextTick();
  expect(long.served).toHaveLength(1);

  const many = await openBusyPool(50);
  for (let index = 0; index < 60; index += 1) many.wait();
  await nextTick();
  expect(many.engine.processes.length).toBeGreaterThan(2);
});

test("what serves another principal counts for nothing", async () => {
  const { served, wait } = await openBusyPool(50);
  wait(BOBS);
  await nextTick();
  expect(served).toHaveLength(1);
});
