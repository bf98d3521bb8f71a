import { expect, onTestFinished, test, vi } from "vitest";

import { SILENT_LOGGER } from "../ports/logger.ts";
import type { NodeId } from "../words/ids.ts";
import { NodeLease } from "./node-lease.ts";

// Proof for the cast: any text may stand for an id in a test.
const nodeId = (text: string) => text as NodeId;
const LEASE_MS = 30_000;

/** Leases in memory, with the test's clock. */
function openNodes() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const leases = new Map<NodeId, number>();
  const gone: NodeId[] = [];
  let isAway = false;
  const nodes = {
    async renew(id: NodeId, until: number) {
      if (isAway) throw new Error("no database");
      leases.set(id, until);
    },
    async remove(id: NodeId) {
      leases.delete(id);
    },
    async removeExpired(now: number) {
      const expired = [...leases].filter(([, until]) => until <= now);
      for (const [id] of expired) leases.delete(id);
      return expired.length;
    },
  };
  const presence = {
    findGone: () => [...gone],
    forget: (id: NodeId) => void gone.splice(gone.indexOf(id), 1),
    close: () => {},
  };
  const open = (id: string) =>
    new NodeLease({
      id: nodeId(id),
      nodes,
      presence,
      leaseMs: LEASE_MS,
      clock: Date.now,
      logger: SILENT_LOGGER,
    });
  return {
    leases,
    gone,
    open,
    setAway: (now: boolean) => (isAway = now),
  };
}

test("a node keeps its lease as long as it lives, and gives it back at its end", async () => {
  const { leases, open } = openNodes();
  const lease = open("own");
  await lease.take();
  await vi.advanceTimersByTimeAsync(5 * LEASE_MS);
  expect(leases.get(nodeId("own"))).toBeGreaterThan(Date.now());
  await lease.close();
  expect([...leases]).toEqual([]);
  await vi.advanceTimersByTimeAsync(LEASE_MS);
  expect([...leases]).toEqual([]);
});

test("another's lease ends when it has run out, also while this node runs, and is recovered from", async () => {
  const { leases, open } = openNodes();
  leases.set(nodeId("dead before"), Date.now());
  leases.set(nodeId("dies"), Date.now() + 2 * LEASE_MS);
  const seen: string[][] = [];
  const lease = open("own");
  await lease.take();
  await lease.watch(async () => void seen.push([...leases.keys()]));
  expect(seen).toEqual([["dies", "own"]]);
  await vi.advanceTimersByTimeAsync(LEASE_MS);
  expect(seen.at(-1)).toEqual(["dies", "own"]);
  await vi.advanceTimersByTimeAsync(LEASE_MS);
  expect(seen.at(-1)).toEqual(["own"]);
  await lease.close();
});

test("a node that is known to be gone is not waited for", async () => {
  const { leases, gone, open } = openNodes();
  const dead = nodeId("dead");
  leases.set(dead, Infinity);
  gone.push(dead);
  const lease = open("own");
  await lease.take();
  await lease.watch(async () => {});
  expect([...leases.keys()]).toEqual(["own"]);
  expect(gone).toEqual([]);
  await lease.close();
});

test("who was away itself gives the others the time to come back", async () => {
  const { leases, open, setAway } = openNodes();
  const lease = open("own");
  await lease.take();
  await lease.watch(async () => {});
  leases.set(nodeId("other"), Date.now() + LEASE_MS);
  // Nobody can reach the database.
  setAway(true);
  await vi.advanceTimersByTimeAsync(2 * LEASE_MS);
  setAway(false);
  await vi.advanceTimersByTimeAsync(LEASE_MS / 2);
  expect([...leases.keys()]).toContain("other");
  await vi.advanceTimersByTimeAsync(LEASE_MS);
  expect([...leases.keys()]).toEqual(["own"]);
  await lease.close();
});

test("a round that fails is told and tried again", async () => {
  const { open } = openNodes();
  const lease = open("own");
  let rounds = 0;
  await lease.take();
  await lease.watch(async () => {
    rounds += 1;
    if (rounds > 1) throw new Error("broken");
  });
  await vi.advanceTimersByTimeAsync(LEASE_MS);
  expect(rounds).toBe(4);
  await lease.close();
});
