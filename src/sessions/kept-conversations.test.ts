import { expect, test } from "vitest";

import { conversationId, turnId } from "../../test/conformance/store-fixtures.ts";
import type { KeptConversation } from "../core/ports/session-pool.ts";
import { KeptConversations } from "./kept-conversations.ts";

const LIMITS = { maxConversations: 3, maxBytes: 100, idleMs: 1_000 };
const SAME = { model: "sonnet", systemText: "" };

function kept(talk: string, turn: string, changes: Partial<KeptConversation> = {}): KeptConversation {
  return {
    held: { stateHash: `state ${turn}`, conversationId: conversationId(talk), turnId: turnId(turn) },
    ...SAME,
    history: { entries: [{ role: "user", content: turn }], bytes: 10 },
    ...changes,
  };
}

function open(limits: Partial<typeof LIMITS> = {}) {
  let now = 0;
  const all = new KeptConversations({ ...LIMITS, ...limits }, () => now);
  return { all, pass: (ms: number) => (now += ms) };
}

test("a conversation is kept as it was after its last turn", () => {
  const { all } = open();
  all.add(kept("a", "a1"));
  all.add(kept("a", "a2"));
  expect(all.historyAfter(turnId("a2"))).toMatchObject({ entries: [{ content: "a2" }] });
  expect(all.take(turnId("a2"), SAME)).toBe(true);
  expect(all.size).toBe(1);
});

test("its last states before are known, but nothing goes on hot from there", () => {
  const { all } = open();
  const turns = Array.from({ length: 7 }, (_, index) => `a${index}`);
  for (const turn of turns) all.add(kept("a", turn));
  const known = turns.filter((turn) => all.historyAfter(turnId(turn)));
  expect(known).toEqual(["a2", "a3", "a4", "a5", "a6"]);
  expect(all.historyAfter(turnId("a3"))).toMatchObject({ entries: [{ content: "a3" }] });
  expect(all.take(turnId("a3"), SAME)).toBe(false);
  expect(all.take(turnId("a6"), SAME)).toBe(true);
  all.drop(conversationId("a"));
  expect(turns.filter((turn) => all.historyAfter(turnId(turn)))).toEqual([]);
});

test("it is hot once, and again when its turn has ended well", () => {
  const { all } = open();
  all.add(kept("a", "a1"));
  expect(all.take(turnId("a1"), SAME)).toBe(true);
  expect(all.take(turnId("a1"), SAME)).toBe(false);
  all.add(kept("a", "a2"));
  expect(all.take(turnId("a2"), SAME)).toBe(true);
});

test.each([{ model: "opus" }, { systemText: "Be brief." }])("with %j it is not hot, but known", (other) => {
  const { all } = open();
  all.add(kept("a", "a1"));
  expect(all.take(turnId("a1"), { ...SAME, ...other })).toBe(false);
  expect(all.historyAfter(turnId("a1"))).toBeDefined();
});

test("of two in the same state the one that no turn goes on with is found", () => {
  const { all } = open();
  const held = (talk: string) => ({ ...kept(talk, talk).held, stateHash: "same" });
  all.add(kept("a", "a", { held: held("a") }));
  all.add(kept("b", "b", { held: held("b") }));
  expect(all.find("same", "")).toEqual(held("a"));
  all.take(turnId("a"), SAME);
  expect(all.find("same", "")).toEqual(held("b"));
  all.take(turnId("b"), SAME);
  expect(all.find("same", "")).toEqual(held("a"));
});

test("the least recently used leave first, by number and by size", () => {
  const { all } = open();
  for (const name of ["a", "b", "c", "d"]) all.add(kept(name, name));
  expect(["a", "b", "c", "d"].map((name) => all.has(conversationId(name)))).toEqual([
    false,
    true,
    true,
    true,
  ]);
  all.add(kept("e", "e", { history: { entries: [], bytes: 95 } }));
  expect(["c", "d", "e"].map((name) => all.has(conversationId(name)))).toEqual([false, false, true]);
  all.add(kept("f", "f", { history: { entries: [], bytes: 101 } }));
  expect(all.size).toBe(0);
});

test("what nobody goes on with is forgotten in time", () => {
  const { all, pass } = open();
  all.add(kept("a", "a"));
  pass(999);
  all.add(kept("b", "b"));
  pass(1);
  all.sweep();
  expect([all.has(conversationId("a")), all.has(conversationId("b"))]).toEqual([false, true]);
  all.drop(conversationId("b"));
  expect([all.size, all.systemTextAfter(turnId("b"))]).toEqual([0, undefined]);
});

test("of two in the same state the one with the same system text is found", () => {
  const { all } = open();
  const held = (talk: string) => ({ ...kept(talk, talk).held, stateHash: "same" });
  all.add(kept("a", "a", { held: held("a"), systemText: "Be brief." }));
  all.add(kept("b", "b", { held: held("b") }));
  expect(all.find("same", "")).toEqual(held("b"));
  expect(all.find("same", "Be brief.")).toEqual(held("a"));
  expect(all.find("same", "Be long.")).toEqual(held("a"));
});
