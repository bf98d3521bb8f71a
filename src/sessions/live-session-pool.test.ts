import { Engines } from "../core/ports/engines.ts";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";

import { conversationId, message, turnId } from "../../test/conformance/store-fixtures.ts";
import { ScriptedEngine } from "../../test/engine/scripted-engine.ts";
import { ScriptedSession } from "../../test/engine/scripted-session.ts";
import { AGENT_KIND, CHAT_KIND } from "../../test/engine/turn-fixtures.ts";
import { turnInput } from "../../test/engine/turn-input.ts";
import { ClaimRefused, type SessionSpec } from "../core/ports/engine-session.ts";
import { SILENT_LOGGER } from "../core/ports/logger.ts";
import type { HeldState, SessionLease } from "../core/ports/session-pool.ts";
import { Gate } from "../demo/gate.ts";
import { readProcessMemory } from "../lib/process-memory.ts";
import { nextTick } from "../lib/time.ts";
import { LiveSessionPool, type PoolLimits } from "./live-session-pool.ts";
import { waitFor } from "../../test/wait-for.ts";

const NEVER = new AbortController().signal;
const SPEC: SessionSpec = {
  kind: CHAT_KIND,
  workspace: "/workspace",
  model: "sonnet",
  instructions: "",
  systemText: "",
};
const firstTurn = turnInput([message("user", "hello")]);
const START = { spec: SPEC, firstTurn };

function openPool(limits: Partial<PoolLimits> = {}) {
  let now = 1_000_000;
  const engine = new ScriptedEngine();
  const pool = new LiveSessionPool({
    engines: new Engines([engine]),
    limits: {
      maxSessions: 3,
      sparesPerKind: 0,
      maxSpawnsAtOnce: 2,
      sessionIdleMs: 1_000,
      maxMemoryBytes: Number.MAX_SAFE_INTEGER,
      ...limits,
    },
    clock: () => now,
    logger: SILENT_LOGGER,
  });
  onTestFinished(() => pool.close());
  /** Opens a session and returns it to the pool as holding this turn. */
  const hold = async (id: string, spec = SPEC) => {
    const lease = await pool.open({ spec, firstTurn }, NEVER);
    pool.release(lease, held(id));
    return sessionOf(lease);
  };
  return { engine, pool, hold, pass: (ms: number) => (now += ms) };
}

function held(id: string): HeldState {
  return { stateHash: `state of ${id}`, conversationId: conversationId(`talk of ${id}`), turnId: turnId(id) };
}

function sessionOf(lease: SessionLease): ScriptedSession {
  if (lease.session instanceof ScriptedSession) return lease.session;
  throw new Error("Every session here is a scripted one.");
}

describe("taking a session", () => {
  test("by the turn that it holds, and only one at a time", async () => {
    const { pool, hold } = openPool();
    const session = await hold("a");
    const lease = pool.takeHot(turnId("a"), SPEC, firstTurn);
    expect(lease).toMatchObject({ session, placement: "hot", held: held("a") });
    expect(pool.takeHot(turnId("a"), SPEC, firstTurn)).toBeUndefined();
    expect(pool.stats()).toMatchObject({ idle: 0, busy: 1 });
    if (lease) pool.release(lease, held("b"));
    expect(pool.takeHot(turnId("a"), SPEC, firstTurn)).toBeUndefined();
    expect(pool.takeHot(turnId("b"), SPEC, firstTurn)?.session).toBe(session);
  });

  test.each([
    ["model", { ...SPEC, model: "opus" }],
    ["system text", { ...SPEC, systemText: "Be brief." }],
    ["instructions", { ...SPEC, instructions: "Be brief." }],
    ["kind of process", { ...SPEC, kind: AGENT_KIND }],
  ])("not for another %s than it was opened with", async (_, spec) => {
    const { pool, hold } = openPool();
    await hold("a");
    expect(pool.takeHot(turnId("a"), spec, firstTurn)).toBeUndefined();
  });

  test("not when its process has died", async () => {
    const { pool, hold } = openPool();
    (await hold("a")).process.kill();
    await nextTick();
    expect(pool.takeHot(turnId("a"), SPEC, firstTurn)).toBeUndefined();
    expect(pool.stats()).toMatchObject({ idle: 0, busy: 0 });
  });

  test("releasing one that has died in the meantime is no harm", async () => {
    const { pool } = openPool();
    const lease = await pool.open(START, NEVER);
    sessionOf(lease).process.kill();
    await nextTick();
    pool.release(lease, held("a"));
    pool.discard(lease);
    expect(pool.stats()).toMatchObject({ idle: 0, busy: 0 });
  });

  test("not for tools that it cannot offer", async () => {
    const { pool, hold } = openPool();
    const session = await hold("a");
    session.takesTurns = false;
    expect(pool.takeHot(turnId("a"), SPEC, firstTurn)).toBeUndefined();
    expect(pool.stats()).toMatchObject({ idle: 1, busy: 0 });
    session.takesTurns = true;
    expect(pool.takeHot(turnId("a"), SPEC, firstTurn)?.session).toBe(session);
  });

  test("discarding ends the process", async () => {
    const { pool } = openPool();
    const lease = await pool.open(START, NEVER);
    pool.discard(lease);
    expect([sessionOf(lease).process.ended, pool.stats().busy]).toEqual(["closed", 0]);
  });
});

describe("starting", () => {
  test("a spare serves a new conversation of its kind, unless spares are to be avoided", async () => {
    const { pool } = openPool({ sparesPerKind: 1 });
    pool.warm([CHAT_KIND]);
    await nextTick();
    expect((await pool.open(START, NEVER, true)).placement).toBe("cold");
    expect((await pool.open({ spec: { ...SPEC, kind: AGENT_KIND }, firstTurn }, NEVER)).placement).toBe(
      "cold",
    );
    pool.avoidSpares(SPEC);
    expect((await pool.open(START, NEVER)).placement).toBe("cold");
    expect(pool.stats().spares.ready).toBe(1);
  });

  test("a spare is taken at once, so that two conversations never get one", async () => {
    const { pool } = openPool({ sparesPerKind: 1 });
    pool.warm([CHAT_KIND]);
    await nextTick();
    const leases = await Promise.all([pool.open(START, NEVER), pool.open(START, NEVER)]);
    expect(leases.map((lease) => lease.placement)).toEqual(["spare", "cold"]);
  });

  test("without room for spares none are kept", async () => {
    const { engine, pool } = openPool({ sparesPerKind: 0 });
    pool.warm([CHAT_KIND]);
    await nextTick();
    expect(engine.spares).toEqual([]);
  });

  test("a resumed session is given its history", async () => {
    const { pool } = openPool();
    const history = [{ role: "user" as const, content: "hello" }];
    const lease = await pool.resume({ ...START, history }, "imported", NEVER);
    expect([lease.placement, sessionOf(lease).history]).toEqual(["imported", history]);
  });

  test("no more processes start at once than allowed, spares and sessions together", async () => {
    const { engine, pool } = openPool({ sparesPerKind: 2, maxSpawnsAtOnce: 2, maxSessions: 10 });
    engine.startGate = new Gate();
    pool.warm([CHAT_KIND, AGENT_KIND]);
    const starting = [pool.open(START, NEVER), pool.resume({ ...START, history: [] }, "resumed", NEVER)];
    await nextTick();
    expect(pool.stats()).toMatchObject({ starting: 2, spares: { starting: 4 } });
    engine.startGate.release();
    await Promise.all(starting);
    await nextTick();
    expect([engine.mostStartsAtOnce, engine.processes.length]).toEqual([2, 6]);
  });

  test("one that is given up while it waits for its start never starts", async () => {
    const { engine, pool } = openPool({ maxSpawnsAtOnce: 1 });
    engine.startGate = new Gate();
    const first = pool.open(START, NEVER);
    const client = new AbortController();
    const second = pool.open(START, client.signal);
    client.abort(new Error("left"));
    await expect(second).rejects.toThrow("left");
    engine.startGate.release();
    await first;
    expect([engine.processes.length, pool.stats().starting]).toEqual([1, 0]);
  });

  test("one that fails leaves no trace, and the next may start", async () => {
    const { engine, pool } = openPool({ maxSpawnsAtOnce: 1 });
    engine.startError = new Error("No start.");
    await expect(pool.open(START, NEVER)).rejects.toThrow("No start.");
    engine.startError = undefined;
    await pool.open(START, NEVER);
    expect(pool.stats()).toMatchObject({ starting: 0, busy: 1 });
  });
});

describe("room", () => {
  test("when there is none, the session that was not used for the longest time ends", async () => {
    const { pool, hold } = openPool({ maxSessions: 3 });
    const [first, second, third] = [await hold("a"), await hold("b"), await hold("c")];
    const lease = pool.takeHot(turnId("a"), SPEC, firstTurn);
    if (lease) pool.release(lease, held("a2"));
    await hold("d");
    expect([first, second, third].map((session) => session.process.ended)).toEqual([
      undefined,
      "closed",
      undefined,
    ]);
  });

  test("a busy session is never ended for another", async () => {
    const { engine, pool } = openPool({ maxSessions: 1 });
    await pool.open(START, NEVER);
    await pool.open(START, NEVER);
    expect(engine.running).toHaveLength(2);
  });

  test("a claimed spare makes room as well", async () => {
    const { pool, hold } = openPool({ maxSessions: 1, sparesPerKind: 1 });
    const old = await hold("a");
    pool.warm([CHAT_KIND]);
    await nextTick();
    await pool.open(START, NEVER);
    expect(old.process.ended).toBe("closed");
  });
});

describe("sweeping", () => {
  test("ends what was idle for too long, but nothing busy", async () => {
    const { pool, hold, pass } = openPool();
    const old = await hold("a");
    await pool.open(START, NEVER);
    pass(999);
    const young = await hold("b");
    await pool.sweep();
    expect(old.process.isRunning).toBe(true);
    pass(1);
    await pool.sweep();
    expect([old.process.ended, young.process.ended]).toEqual(["closed", undefined]);
    expect(pool.stats()).toMatchObject({ idle: 1, busy: 1 });
  });

  test.runIf(process.platform !== "win32")(
    "ends idle sessions, longest idle first, while all together take too much memory",
    async () => {
      // Each stands for this very process, so that one is more than half of what two take.
      const own = (await readProcessMemory(process.pid)) ?? 0;
      const { engine, pool, hold } = openPool({ maxMemoryBytes: own * 1.5 });
      engine.processId = process.pid;
      const [first, second] = [await hold("a"), await hold("b")];
      const busy = sessionOf(await pool.open(START, NEVER));
      await pool.sweep();
      expect(pool.stats().memoryBytes).toBeGreaterThan(own * 1.5);
      expect([first, second, busy].map((session) => session.process.ended)).toEqual([
        "closed",
        "closed",
        undefined,
      ]);
    },
  );

  test("where memory cannot be read, none is reported as too much", async () => {
    const { pool, hold } = openPool({ maxMemoryBytes: 1 });
    const session = await hold("a");
    await pool.sweep();
    expect([pool.stats().memoryBytes, session.process.ended]).toEqual([0, undefined]);
  });
});

describe("looking", () => {
  test("an idle session is found before a busy one that was in the same state", async () => {
    const { pool } = openPool();
    const [left, right] = [await pool.open(START, NEVER), await pool.open(START, NEVER)];
    pool.release(left, { ...held("a"), stateHash: "same" });
    pool.release(right, { ...held("b"), stateHash: "same" });
    pool.takeHot(turnId("a"), SPEC, firstTurn);
    expect(pool.findHeld("same", "")?.turnId).toBe("b");
    pool.takeHot(turnId("b"), SPEC, firstTurn);
    expect(pool.findHeld("same", "")).toBeDefined();
    expect(pool.findHeld("other", "")).toBeUndefined();
  });

  test("a session of the same system text is found before others in the same state", async () => {
    const { pool } = openPool();
    for (const [id, systemText] of [
      ["a", ""],
      ["b", "Be brief."],
    ] as const) {
      const lease = await pool.open({ ...START, spec: { ...SPEC, systemText } }, NEVER);
      pool.release(lease, { ...held(id), stateHash: "same" });
    }
    const found = ["Be brief.", "", "Else"].map((systemText) => pool.findHeld("same", systemText)?.turnId);
    expect(found).toEqual(["b", "a", "a"]);
  });

  test("the system text of a session is known by its turn", async () => {
    const { pool, hold } = openPool();
    await hold("a", { ...SPEC, systemText: "Be brief." });
    expect([pool.systemTextAfter(turnId("a")), pool.systemTextAfter(turnId("b"))]).toEqual([
      "Be brief.",
      undefined,
    ]);
  });

  test("a conversation shows its session, until it is evicted", async () => {
    const { pool, hold } = openPool();
    const session = await hold("a");
    const { conversationId: talk } = held("a");
    expect(pool.viewConversation(talk)).toEqual({ id: session.id, isBusy: false });
    await pool.evictConversation(talk);
    expect([pool.viewConversation(talk), session.process.ended]).toEqual([undefined, "closed"]);
  });

  test("when a conversation's process has ended, another one waits for its history", async () => {
    const { engine, pool, hold, pass } = openPool({ sparesPerKind: 1 });
    engine.startStandby = (...asked) => engine.waitForHistory(...asked);
    await hold("a");
    await pool.evictConversation(held("a").conversationId);
    await waitFor(() => expect(pool.stats().spares).toEqual({ ready: 1, starting: 0, limit: 1 }));
    const waiting = engine.processes.at(-1);
    const history = [{ role: "user", content: "before" } as const];
    const lease = await pool.resume({ ...START, history }, "resumed", NEVER);
    expect(sessionOf(lease)).toMatchObject({ process: waiting, history });
    expect(lease.placement).toBe("resumed");

    pool.release(lease, held("b"));
    pass(500);
    await waitFor(() => expect(pool.stats().spares.ready).toBe(1));
    engine.standbyRefusal = new ClaimRefused("Too late.", false);
    const other = await pool.resume({ ...START, history }, "resumed", NEVER);
    expect(sessionOf(other).process).toBe(engine.processes.at(-1));
  });

  test("a busy session is not evicted", async () => {
    const { pool, hold } = openPool();
    const session = await hold("a");
    pool.takeHot(turnId("a"), SPEC, firstTurn);
    await pool.evictConversation(held("a").conversationId);
    expect(pool.viewConversation(held("a").conversationId)).toEqual({ id: session.id, isBusy: true });
  });
});

describe("closing", () => {
  test("ends idle and busy sessions and spares", async () => {
    const { engine, pool, hold } = openPool({ sparesPerKind: 1 });
    pool.warm([CHAT_KIND]);
    await hold("a");
    await pool.open(START, NEVER);
    await pool.close();
    expect(engine.running).toEqual([]);
  });

  test("a session that stands only afterwards ends too", async () => {
    const { engine, pool } = openPool();
    engine.startGate = new Gate();
    engine.ignoresAbort = true;
    const opening = pool.open(START, NEVER);
    await engine.startGate.reached;
    await pool.close();
    engine.startGate.release();
    await expect(opening).rejects.toMatchObject({ info: { kind: "shutting-down" } });
    expect(engine.running).toEqual([]);
  });
});

const step = fc.oneof(
  fc.record({ type: fc.constantFrom("open" as const, "open without spare" as const, "resume" as const) }),
  fc.record({
    type: fc.constantFrom("release" as const, "discard" as const, "take" as const, "kill" as const),
    pick: fc.nat(),
  }),
  fc.record({ type: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 800 }) }),
);

test("whatever happens, no session is held twice, none is lost, and the bounds hold", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.nat({ max: 2 }), async (steps, sparesPerKind) => {
      const maxSessions = 3;
      const { engine, pool, pass } = openPool({ maxSessions, sparesPerKind });
      pool.warm([CHAT_KIND]);
      await nextTick();
      const leases: SessionLease[] = [];
      const turns: string[] = [];
      for (const [index, action] of steps.entries()) {
        // As in the turn queue: no more turns at once than sessions allowed.
        const isFull = leases.length === maxSessions;
        switch (action.type) {
          case "open":
          case "open without spare":
            if (!isFull) leases.push(await pool.open(START, NEVER, action.type !== "open"));
            break;
          case "resume":
            if (!isFull) leases.push(await pool.resume({ ...START, history: [] }, "resumed", NEVER));
            break;
          case "take": {
            const id = turns[action.pick % Math.max(1, turns.length)];
            const lease = isFull || id === undefined ? undefined : pool.takeHot(turnId(id), SPEC, firstTurn);
            if (lease) leases.push(lease);
            break;
          }
          case "release":
          case "discard": {
            const [lease] = leases.splice(action.pick % Math.max(1, leases.length), 1);
            if (!lease) break;
            if (action.type === "discard") pool.discard(lease);
            else pool.release(lease, held(String(index)));
            turns.push(String(index));
            break;
          }
          case "kill":
            engine.running[action.pick % Math.max(1, engine.running.length)]?.kill();
            break;
          case "wait":
            pass(action.ms);
            await pool.sweep();
        }
        await nextTick();
        const { idle, busy, starting, spares } = pool.stats();
        const living = leases.filter((lease) => sessionOf(lease).process.isRunning);
        expect(new Set(leases.map((lease) => lease.session)).size).toBe(leases.length);
        expect({ busy, starting }).toEqual({ busy: living.length, starting: 0 });
        expect(idle + busy).toBeLessThanOrEqual(maxSessions);
        expect(spares.ready).toBeLessThanOrEqual(sparesPerKind);
        expect(engine.running).toHaveLength(idle + busy + spares.ready);
      }
      await pool.close();
      expect(engine.running).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
