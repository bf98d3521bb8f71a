import { describe, expect, onTestFinished, test } from "vitest";

import { ALICE, BOB, conversationId } from "../../test/conformance/store-fixtures.ts";
import { ScriptedEngine } from "../../test/engine/scripted-engine.ts";
import { ScriptedSession } from "../../test/engine/scripted-session.ts";
import { CHAT_KIND } from "../../test/engine/turn-fixtures.ts";
import { Engines } from "../core/ports/engines.ts";
import { WorkersUnavailable } from "../core/ports/engine.ts";
import type { SessionSpec } from "../core/ports/engine-session.ts";
import { SILENT_LOGGER } from "../core/ports/logger.ts";
import type { SessionLease } from "../core/ports/session-pool.ts";
import { Gate } from "../demo/gate.ts";
import { nextTick } from "../lib/time.ts";
import { LiveSessionPool, type PoolLimits } from "./live-session-pool.ts";

const ALICES = { principalId: ALICE, conversationId: conversationId("a") };
const BOBS = { principalId: BOB, conversationId: conversationId("b") };
const NEVER = new AbortController().signal;
const SPEC: SessionSpec = {
  kind: CHAT_KIND,
  workspace: "/workspace",
  model: "sonnet",
  instructions: "",
  systemText: "",
};

function openPool(limits: Partial<PoolLimits> = {}) {
  const engine = new ScriptedEngine();
  engine.hasWorkers = () => true;
  const pool = new LiveSessionPool({
    engines: new Engines([engine]),
    limits: {
      maxSessions: 8,
      sparesPerKind: 0,
      maxSpawnsAtOnce: 2,
      sessionIdleMs: 60_000,
      maxMemoryBytes: Number.MAX_SAFE_INTEGER,
      ...limits,
    },
    clock: Date.now,
    logger: SILENT_LOGGER,
  });
  onTestFinished(() => pool.close());
  return { engine, pool };
}

function sessionOf({ session }: SessionLease): ScriptedSession {
  if (session instanceof ScriptedSession) return session;
  throw new Error("Every worker here is a scripted one.");
}

const processOf = (lease: SessionLease) => sessionOf(lease).process;

describe("workers", () => {
  test("serve one turn after the other, of one principal only", async () => {
    const { engine, pool } = openPool();
    const first = await pool.takeWorker(SPEC, ALICES, NEVER);
    expect(first.placement).toBe("cold");
    pool.returnWorker(first);
    const second = await pool.takeWorker({ ...SPEC, model: "opus", systemText: "x" }, ALICES, NEVER);
    expect(second).toMatchObject({ session: first.session, placement: "spare" });
    pool.returnWorker(second);
    const others = await pool.takeWorker(SPEC, BOBS, NEVER);
    expect(others.session).not.toBe(first.session);
    expect(engine.processes).toHaveLength(2);
    expect(pool.stats()).toMatchObject({ idle: 1, busy: 1 });
  });

  test("that were started ahead serve the first who comes", async () => {
    const { pool } = openPool({ sparesPerKind: 1 });
    pool.warm([CHAT_KIND]);
    await nextTick();
    expect(pool.stats().spares.ready).toBe(1);
    const lease = await pool.takeWorker(SPEC, ALICES, NEVER);
    expect(lease.placement).toBe("spare");
    expect(pool.stats()).toMatchObject({ busy: 1, spares: { ready: 0 } });
  });

  test("are not started for turns that others have served meanwhile", async () => {
    const { engine, pool } = openPool();
    const first = await pool.takeWorker(SPEC, ALICES, NEVER);
    const gate = new Gate();
    engine.startGate = gate;
    const waiting = Array.from({ length: 20 }, () => Promise.resolve(pool.takeWorker(SPEC, ALICES, NEVER)));
    await nextTick();
    // As many as may start at once.
    expect(engine.processes).toHaveLength(3);
    pool.returnWorker(first);
    for (const lease of waiting) {
      const { session } = await lease;
      expect(session).toBe(first.session);
      pool.returnWorker(await lease);
    }
    gate.release();
    await nextTick();
    expect(engine.running).toHaveLength(1);
    expect(engine.mostStartsAtOnce).toBe(2);
  });

  test("that cannot go on end, and a new one takes their place", async () => {
    const { engine, pool } = openPool();
    const first = await pool.takeWorker(SPEC, ALICES, NEVER);
    processOf(first).kill();
    await nextTick();
    pool.returnWorker(first);
    const second = await pool.takeWorker(SPEC, ALICES, NEVER);
    expect(second.session).not.toBe(first.session);
    expect(engine.running).toHaveLength(1);
  });

  test("that cannot go on are replaced by one of the kind that is waited for", async () => {
    const { engine, pool } = openPool();
    const other = { ...SPEC, kind: { ...CHAT_KIND, environment: { OTHER: "1" } } };
    const first = await pool.takeWorker(SPEC, ALICES, NEVER);
    engine.startGate = new Gate();
    const waiting = Promise.resolve(pool.takeWorker(other, ALICES, NEVER));
    processOf(first).kill();
    pool.returnWorker(first);
    engine.startGate.release();
    expect(sessionOf(await waiting).spec.kind).toEqual(other.kind);
    await nextTick();
    expect(engine.running).toHaveLength(1);
  });

  test("make room: the one that is idle for longest ends", async () => {
    const { engine, pool } = openPool({ maxSessions: 1 });
    pool.returnWorker(await pool.takeWorker(SPEC, ALICES, NEVER));
    await pool.takeWorker(SPEC, BOBS, NEVER);
    await nextTick();
    expect(engine.running).toHaveLength(1);
  });

  test("a turn that is given up waits no longer", async () => {
    const { engine, pool } = openPool();
    engine.startGate = new Gate();
    const gone = new AbortController();
    const waiting = Promise.resolve(pool.takeWorker(SPEC, ALICES, gone.signal));
    gone.abort(new Error("gone"));
    await expect(waiting).rejects.toThrow("gone");
    engine.startGate.release();
    await nextTick();
    expect(engine.running).toEqual([]);
  });

  test("that fail to start fail one turn each; where there can be none, all know", async () => {
    const { engine, pool } = openPool();
    engine.startError = new Error("no memory");
    await expect(Promise.resolve(pool.takeWorker(SPEC, ALICES, NEVER))).rejects.toThrow("no memory");
    engine.startError = new WorkersUnavailable("not here");
    const all = Array.from({ length: 5 }, () => Promise.resolve(pool.takeWorker(SPEC, ALICES, NEVER)));
    for (const each of await Promise.allSettled(all)) {
      expect(each).toMatchObject({ status: "rejected", reason: engine.startError });
    }
  });
});
