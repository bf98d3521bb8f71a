import { describe, expect, test } from "vitest";

import type { StoreBed } from "./store-bed.ts";
import { ALICE, conversation, conversationId, turnId } from "./store-fixtures.ts";

export function describeReopening(bed: StoreBed): void {
  describe("opened again", () => {
    test("is as it was left", async () => {
      const first = conversation("c1", { name: "trip" });
      await bed.runTurn("t1", first);
      const before = await bed.store.loadLineage(ALICE, turnId("t1"));
      await bed.reopen();

      expect(await bed.store.loadLineage(ALICE, turnId("t1"))).toEqual(before);
      await bed.runTurn("t2", first, "t1");
      expect(await bed.lineIds("t2")).toEqual(["t1", "t2"]);
    });

    test("keeps no content any more when nothing is to be kept", async () => {
      await bed.runTurn("t1", conversation("c1"));
      await bed.reopen({ content: "none" });
      await bed.reopen({ content: "keep" });

      expect(await bed.lineIds("t1")).toBeUndefined();
      expect((await bed.store.findConversation(ALICE, "c1"))?.systemText).toBe("");
      expect(await bed.store.listTurns(ALICE, conversationId("c1"))).toHaveLength(1);
    });
  });
}
