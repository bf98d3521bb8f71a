import { expect, test } from "vitest";

import type { PrincipalId } from "../../core/words/ids.ts";
import type { WireItem } from "../../protocols/responses/responses-request.ts";
import { RecentChains } from "./recent-chains.ts";

// Proof for the casts: any text may stand for an id in a test.
const ALICE = "alice" as PrincipalId;
const BOB = "bob" as PrincipalId;

function said(text: string): WireItem {
  return { type: "message", role: "user", content: text };
}

test("a chain is found by its last response, by its own principal only", () => {
  const chains = new RecentChains(() => 0);
  chains.remember(ALICE, "r1", { history: [], added: [said("one")] });
  chains.remember(ALICE, "r2", { history: [said("one")], added: [said("two")] });
  expect(chains.find(ALICE, "r1")).toEqual([said("one")]);
  expect(chains.find(ALICE, "r2")).toEqual([said("one"), said("two")]);
  expect(chains.find(BOB, "r1")).toBeUndefined();
  chains.clear();
  expect(chains.find(ALICE, "r1")).toBeUndefined();
});

test("those used longest ago are forgotten when there are too many, or too large ones", () => {
  const chains = new RecentChains(() => 0);
  const remember = (id: string, text = id) =>
    chains.remember(ALICE, id, { history: [], added: [said(text)] });
  for (let count = 0; count < 64; count++) remember(`r${count}`);
  chains.find(ALICE, "r0");
  remember("r64");
  expect(chains.find(ALICE, "r0")).toBeDefined();
  expect(chains.find(ALICE, "r1")).toBeUndefined();

  remember("large", "x".repeat(16 * 1024 * 1024 - 1000));
  expect(chains.find(ALICE, "large")).toBeDefined();
  remember("next", "x".repeat(10_000));
  expect(chains.find(ALICE, "large")).toBeUndefined();
  remember("too large", "x".repeat(17 * 1024 * 1024));
  expect(chains.find(ALICE, "too large")).toBeUndefined();
  remember("small");
  expect(chains.find(ALICE, "small")).toBeDefined();
});

test("a chain is forgotten after a while", () => {
  let now = 0;
  const chains = new RecentChains(() => now);
  chains.remember(ALICE, "r1", { history: [], added: [said("one")] });
  now = 10 * 60 * 1000;
  expect(chains.find(ALICE, "r1")).toBeDefined();
  now += 1;
  expect(chains.find(ALICE, "r1")).toBeUndefined();
});
