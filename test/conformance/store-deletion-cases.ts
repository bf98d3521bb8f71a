import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { StoreBed } from "./store-bed.ts";
import { ALICE, conversation, newTurn, turnId } from "./store-fixtures.ts";
import { checkAgainstModel, storeHistory } from "./store-model.ts";

export function describeDeletion(bed: StoreBed): void {
  describe("deletion", () => {
    test("forgets all turns, whatever their status, and frees the name", async () => {
      const first = conversation("c1", { name: "trip" });
      await bed.runTurn("t1", first);
      await bed.runTurn("t2", first, "t1", { status: "failed" });
      await bed.store.beginTurn(first, newTurn("t3", first, { parentTurnId: turnId("t1") }));

      expect(await bed.store.deleteConversation(ALICE, first.id)).toBe(true);
      expect(await bed.store.deleteConversation(ALICE, first.id)).toBe(false);
      expect(await bed.store.findConversation(ALICE, "trip")).toBeUndefined();
      expect(await bed.store.findTurnByState(ALICE, "state of t1")).toBeUndefined();
      expect(await bed.lineIds("t1")).toBeUndefined();
      expect(await bed.store.failAbandonedTurns(9_000)).toHaveLength(0);

      const second = conversation("c2", { name: "trip" });
      await bed.runTurn("t4", second);
      expect((await bed.store.findConversation(ALICE, "trip"))?.id).toBe("c2");
    });

    test("leaves a branch its history, until the last branch is gone", async () => {
      const trunk = conversation("c1");
      const left = conversation("c2");
      const right = conversation("c3");
      await bed.runTurn("t1", trunk);
      await bed.runTurn("t2", trunk, "t1");
      await bed.runTurn("t3", trunk, "t2");
      await bed.runTurn("l3", left, "t2");
      await bed.runTurn("r2", right, "t1");

      await bed.store.deleteConversation(ALICE, trunk.id);
      expect(await bed.lineIds("t3")).toBeUndefined();
      expect(await bed.lineIds("l3")).toEqual(["t1", "t2", "l3"]);
      expect((await bed.store.listTurns(ALICE, left.id)).map((turn) => turn.id)).toEqual(["t1", "t2", "l3"]);
      expect((await bed.store.findTurnByState(ALICE, "state of t2"))?.conversationId).toBe("c2");

      await bed.store.deleteConversation(ALICE, left.id);
      expect(await bed.lineIds("t2")).toBeUndefined();
      expect(await bed.lineIds("r2")).toEqual(["t1", "r2"]);

      await bed.store.deleteConversation(ALICE, right.id);
      expect(await bed.lineIds("t1")).toBeUndefined();
      expect(await bed.store.findTurnByState(ALICE, "state of t1")).toBeUndefined();
    });

    test("any history of turns, branches and deletions keeps exactly what is needed", async () => {
      await fc.assert(
        fc.asyncProperty(storeHistory, async (history) => {
          const each = await bed.openNew();
          try {
            await checkAgainstModel(each, history);
          } finally {
            await each.close();
          }
        }),
        { numRuns: 25 },
      );
    });

    test("and turns that arrive at once end in one order or the other", async () => {
      const trunk = conversation("c1");
      await bed.runTurn("t1", trunk);
      const branches = Array.from({ length: 8 }, (_, index) => conversation(`b${index}`));
      const results = await Promise.allSettled([
        ...branches
          .slice(0, 4)
          .map((each) =>
            bed.store.beginTurn(each, newTurn(`of ${each.id}`, each, { parentTurnId: turnId("t1") })),
          ),
        bed.store.deleteConversation(ALICE, trunk.id),
        ...branches
          .slice(4)
          .map((each) =>
            bed.store.beginTurn(each, newTurn(`of ${each.id}`, each, { parentTurnId: turnId("t1") })),
          ),
      ]);

      expect(results[4]).toEqual({ status: "fulfilled", value: true });
      const begun = (await bed.store.listConversations(ALICE, { limit: 10 })).map((each) => each.id);
      for (const id of begun) expect(await bed.lineIds(`of ${id}`)).toEqual(["t1", `of ${id}`]);
      const refused = results.filter((result) => result.status === "rejected").map((result) => result.reason);
      expect(refused).toHaveLength(branches.length - begun.length);
      for (const reason of refused) expect(reason).toMatchObject({ info: { kind: "not-found" } });
    });
  });
}
