import { describe, expect, test } from "vitest";

import type { StoreBed } from "./store-bed.ts";
import { ALICE, conversation, newTurn, turnId } from "./store-fixtures.ts";

export function describeLineages(bed: StoreBed): void {
  describe("states and lineages", () => {
    test("the latest completed turn of a state wins", async () => {
      const first = conversation("c1");
      await bed.runTurn("t1", first, undefined, { stateHash: "s", endedAt: 3_000 });
      await bed.runTurn("t2", first, undefined, { stateHash: "s", endedAt: 5_000 });
      await bed.runTurn("t3", first, undefined, { stateHash: "s", endedAt: 4_000 });
      await bed.runTurn("t4", first, undefined, { stateHash: "s", endedAt: 6_000, status: "failed" });

      expect((await bed.store.findTurnByState(ALICE, "s"))?.id).toBe("t2");
      expect(await bed.store.findTurnByState(ALICE, "S")).toBeUndefined();
    });

    test("a lineage is root first and crosses conversations", async () => {
      const first = conversation("c1");
      const branch = conversation("c2");
      await bed.runTurn("z-root", first);
      await bed.runTurn("m-middle", first, "z-root");
      await bed.runTurn("other", first, "z-root");
      await bed.runTurn("a-leaf", branch, "m-middle");

      expect(await bed.lineIds("a-leaf")).toEqual(["z-root", "m-middle", "a-leaf"]);
      expect(await bed.lineIds("nothing")).toBeUndefined();
    });

    test("a thousand turns are one line", async () => {
      const first = conversation("c1");
      for (let index = 0; index < 1_000; index++) {
        const parent = index === 0 ? {} : { parentTurnId: turnId(`t${index - 1}`) };
        await bed.store.beginTurn(first, newTurn(`t${index}`, first, parent));
      }
      const ids = await bed.lineIds("t999");
      expect(ids).toEqual(Array.from({ length: 1_000 }, (_, index) => `t${index}`));
    });
  });
}
