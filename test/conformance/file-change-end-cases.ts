import { describe, expect, test } from "vitest";

import { CREATED, turnChanges } from "./file-change-fixtures.ts";
import type { FileChangeBed } from "./file-change-store.ts";
import { ALICE, conversation, conversationId, newTurn, turnId } from "./store-fixtures.ts";

const C1 = conversationId("c1");

export function describeFileChangeEnds(bed: FileChangeBed): void {
  const has = async (id: string) =>
    (await bed.store.fileChanges.findChanges(ALICE, turnId(id))) !== undefined;

  describe("file changes are gone", () => {
    test("with their conversation", async () => {
      await bed.runTurn("t1");
      await bed.runTurn("t2", "c2");
      const [saved] = await bed.store.fileChanges.saveChanges(turnChanges("t1"));
      await bed.store.fileChanges.saveChanges(turnChanges("t2"));
      await bed.store.deleteConversation(ALICE, C1);
      expect([await has("t1"), await has("t2")]).toEqual([false, true]);
      expect(await bed.store.fileChanges.loadContent(ALICE, saved?.contentId ?? "")).toBeUndefined();
    });

    test("not while another conversation builds on their turn", async () => {
      await bed.runTurn("t1");
      await bed.store.fileChanges.saveChanges(turnChanges("t1"));
      await bed.runTurn("t2", "c2", "t1");
      await bed.store.deleteConversation(ALICE, C1);
      const found = await bed.store.fileChanges.findChanges(ALICE, turnId("t1"));
      expect(found?.conversationId).toBe("c2");
    });

    test("when the retention's time is over", async () => {
      for (let count = 0; count < 60; count++) {
        await bed.runTurn(`old-${count}`);
        const changes = Array.from({ length: 6 }, (_, index) => ({ ...CREATED, path: `${index}` }));
        await bed.store.fileChanges.saveChanges(turnChanges(`old-${count}`, changes, { changedAt: 2_999 }));
      }
      await bed.runTurn("new");
      await bed.store.fileChanges.saveChanges(turnChanges("new", [CREATED], { changedAt: 3_000 }));
      await bed.store.purgeContent(3_000);
      const page = await bed.store.fileChanges.listChanges(ALICE, C1, { limit: 100 });
      expect(page?.items.map((turn) => turn.turnId)).toEqual(["new"]);
      expect(page?.items[0]?.changes).toHaveLength(1);
    });

    test("before they were kept, when their conversation was deleted while the turn ran", async () => {
      const line = conversation("c1");
      await bed.store.beginTurn(line, newTurn("t1", line));
      await bed.store.deleteConversation(ALICE, C1);
      expect(await bed.store.fileChanges.saveChanges(turnChanges("t1"))).toEqual([
        { type: "created", path: "src/new.ts", diff: CREATED.diff },
      ]);
      expect(await has("t1")).toBe(false);
    });

    test("where nothing is to be kept, but are told", async () => {
      await bed.runTurn("t1");
      await bed.store.fileChanges.saveChanges(turnChanges("t1"));
      await bed.reopen({ content: "none" });
      expect(await has("t1")).toBe(false);
      await bed.runTurn("t2");
      expect(await bed.store.fileChanges.saveChanges(turnChanges("t2"))).toEqual([
        { type: "created", path: "src/new.ts", diff: CREATED.diff },
      ]);
      expect(await has("t2")).toBe(false);
      await bed.reopen();
      expect([await has("t1"), await has("t2")]).toEqual([false, false]);
    });
  });
}
