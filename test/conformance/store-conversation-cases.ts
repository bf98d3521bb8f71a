import { describe, expect, test } from "vitest";

import type { StoreBed } from "./store-bed.ts";
import { ALICE, conversation, conversationId, newTurn, outcome, turnId } from "./store-fixtures.ts";

export function describeConversations(bed: StoreBed): void {
  describe("conversations", () => {
    test("a later turn may change model, profile, system text and whether the client has tools, nothing else", async () => {
      const first = conversation("c1", { name: "trip" });
      await bed.runTurn("t1", first);
      const changes = {
        model: "opus",
        profile: "chat",
        systemText: "",
        usesClientTools: true,
        updatedAt: 5_000,
      } as const;
      const changed = { ...first, ...changes, createdAt: 4_999 };
      await bed.store.beginTurn(changed, newTurn("t2", changed, { parentTurnId: turnId("t1") }));

      expect(await bed.store.findConversation(ALICE, "c1")).toEqual({
        ...first,
        ...changes,
        headTurnId: "t1",
        headStateHash: "state of t1",
      });

      // Another history has taken the place of the one with the calls.
      await bed.store.beginTurn(first, newTurn("t3", first));
      expect(await bed.store.findConversation(ALICE, "c1")).not.toHaveProperty("usesClientTools");
    });

    test("is found by name and by id, an id before a name", async () => {
      const named = conversation("c1", { name: "trip" });
      const unnamed = conversation("c2");
      const confusing = conversation("c3", { name: "c2" });
      for (const [index, each] of [named, unnamed, confusing].entries()) await bed.runTurn(`t${index}`, each);

      const found: Record<string, string | undefined> = {};
      for (const nameOrId of ["trip", "c1", "c2", "c3", "Trip", ""]) {
        found[nameOrId] = (await bed.store.findConversation(ALICE, nameOrId))?.id;
      }
      expect(found).toEqual({ trip: "c1", c1: "c1", c2: "c2", c3: "c3", Trip: undefined, "": undefined });
    });

    test("two that begin under one new name at once become one", async () => {
      const names = ["a", "b", "c", "d"];
      const rivals = names.map((id) => conversation(id, { name: "trip" }));
      await Promise.all(rivals.map((each) => bed.store.beginTurn(each, newTurn(`turn ${each.id}`, each))));
      await Promise.all(
        names.map((id, index) =>
          bed.store.finishTurn(turnId(`turn ${id}`), outcome({ endedAt: 3_000 + index })),
        ),
      );

      const all = await bed.store.listConversations(ALICE, { limit: 10 });
      expect(all).toHaveLength(1);
      expect(all[0]).toMatchObject({ name: "trip", turnCount: 4 });
      const winner = await bed.store.findConversation(ALICE, "trip");
      expect(winner?.headTurnId).toMatch(/^turn [abcd]$/);
      expect(await bed.store.listTurns(ALICE, conversationId(winner?.id ?? ""))).toHaveLength(1);
    });

    test("are listed by latest activity, page by page, with their numbers of turns", async () => {
      for (let index = 0; index < 5; index++) {
        const each = conversation(`c${index}`, { updatedAt: 1_000 + index });
        await bed.store.beginTurn(each, newTurn(`t${index}`, each));
      }
      const again = conversation("c1", { updatedAt: 7_000 });
      await bed.store.beginTurn(again, newTurn("t1b", again));

      const page = async (limit: number, before?: number) =>
        (await bed.store.listConversations(ALICE, before === undefined ? { limit } : { limit, before })).map(
          (each) => [each.id, each.turnCount],
        );
      expect(await page(2)).toEqual([
        ["c1", 2],
        ["c4", 1],
      ]);
      expect(await page(2, 1_004)).toEqual([
        ["c3", 1],
        ["c2", 1],
      ]);
      expect(await page(2, 1_002)).toEqual([["c0", 1]]);
      expect(await page(2, 1_000)).toEqual([]);
      expect(await page(100)).toHaveLength(5);
      expect(await page(0)).toEqual([]);
    });

    test("that were active in the same millisecond are on the same page", async () => {
      for (let index = 0; index < 5; index++) {
        const each = conversation(`c${index}`, { updatedAt: index < 4 ? 2_000 : 1_000 });
        await bed.store.beginTurn(each, newTurn(`t${index}`, each));
      }
      const first = await bed.store.listConversations(ALICE, { limit: 2 });
      expect(first.map((each) => each.id)).toEqual(["c3", "c2", "c1", "c0"]);
      const second = await bed.store.listConversations(ALICE, { limit: 2, before: 2_000 });
      expect(second.map((each) => each.id)).toEqual(["c4"]);
    });

    test("show the present line only", async () => {
      const first = conversation("c1");
      await bed.runTurn("t1", first);
      await bed.runTurn("t2", first, "t1");
      await bed.runTurn("t2b", first, "t1");
      await bed.runTurn("t3", first, "t2b");
      await bed.runTurn("t4", first, "t3", { status: "failed" });

      const ids = (await bed.store.listTurns(ALICE, first.id)).map((turn) => turn.id);
      expect(ids).toEqual(["t1", "t2b", "t3"]);
      const empty = conversation("c2");
      await bed.store.beginTurn(empty, newTurn("t5", empty));
      expect(await bed.store.listTurns(ALICE, empty.id)).toEqual([]);
      expect(await bed.store.listTurns(ALICE, conversationId("nowhere"))).toEqual([]);
    });
  });
}
