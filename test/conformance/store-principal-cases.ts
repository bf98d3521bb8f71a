import { describe, expect, test } from "vitest";

import type { StoreBed } from "./store-bed.ts";
import { ALICE, BOB, conversation, newTurn, turnId } from "./store-fixtures.ts";

export function describePrincipals(bed: StoreBed): void {
  describe("principals", () => {
    test("never see or touch what another one owns", async () => {
      const hers = conversation("c1", { name: "trip" });
      await bed.runTurn("t1", hers, undefined, { stateHash: "s" });

      expect(await bed.store.findConversation(BOB, "trip")).toBeUndefined();
      expect(await bed.store.findConversation(BOB, "c1")).toBeUndefined();
      expect(await bed.store.listConversations(BOB, { limit: 10 })).toEqual([]);
      expect(await bed.store.listTurns(BOB, hers.id)).toEqual([]);
      expect(await bed.store.findTurnByState(BOB, "s")).toBeUndefined();
      expect(await bed.lineIds("t1", BOB)).toBeUndefined();
      expect(await bed.store.deleteConversation(BOB, hers.id)).toBe(false);

      const stolen = conversation("c1", { principalId: BOB, model: "opus" });
      await expect(bed.store.beginTurn(stolen, newTurn("t2", stolen))).rejects.toThrow();
      const his = conversation("c2", { principalId: BOB });
      const continued = newTurn("t3", his, { parentTurnId: turnId("t1") });
      await expect(bed.store.beginTurn(his, continued)).rejects.toMatchObject({
        info: { kind: "not-found" },
      });
      expect((await bed.store.findConversation(ALICE, "c1"))?.model).toBe("sonnet");
    });

    test("may use the same names", async () => {
      const hers = conversation("c1", { name: "trip" });
      const his = conversation("c2", { name: "trip", principalId: BOB });
      await bed.runTurn("t1", hers, undefined, { stateHash: "s" });
      await bed.runTurn("t2", his, undefined, { stateHash: "s" });

      expect((await bed.store.findConversation(ALICE, "trip"))?.id).toBe("c1");
      expect((await bed.store.findConversation(BOB, "trip"))?.id).toBe("c2");
      expect((await bed.store.findTurnByState(ALICE, "s"))?.id).toBe("t1");
      expect((await bed.store.findTurnByState(BOB, "s"))?.id).toBe("t2");
    });
  });
}
