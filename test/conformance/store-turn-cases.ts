import { describe, expect, test } from "vitest";

import type { StoreBed } from "./store-bed.ts";
import { ALICE, conversation, newTurn, outcome, turnId } from "./store-fixtures.ts";

const THREE_STATUSES = ["completed", "failed", "cancelled"] as const;

export function describeTurns(bed: StoreBed): void {
  describe("turns", () => {
    test("a turn that began is recorded with its conversation", async () => {
      const first = conversation("c1", { name: "trip" });
      await bed.store.beginTurn(first, newTurn("t1", first));

      expect(await bed.store.findConversation(ALICE, "trip")).toEqual(first);
      expect(await bed.store.loadLineage(ALICE, turnId("t1"))).toEqual([
        { ...newTurn("t1", first), status: "running" },
      ]);
    });

    test("a completed turn is returned as it was recorded", async () => {
      const first = conversation("c1");
      const end = outcome({ stateHash: "s1" });
      await bed.store.beginTurn(first, newTurn("t1", first));
      await bed.store.finishTurn(turnId("t1"), end);

      const stored = { ...newTurn("t1", first), ...end };
      expect(await bed.store.loadLineage(ALICE, turnId("t1"))).toEqual([stored]);
      expect(await bed.store.findTurnByState(ALICE, "s1")).toEqual(stored);
      expect(await bed.store.listTurns(ALICE, first.id)).toEqual([stored]);
    });

    test.each(["failed", "cancelled"] as const)(
      "a %s turn keeps usage, cost and timing and has no state",
      async (status) => {
        const first = conversation("c1");
        const end = outcome({ status, errorKind: "upstream-failed" });
        await bed.store.beginTurn(first, newTurn("t1", first));
        await bed.store.finishTurn(turnId("t1"), { ...end, stateHash: "s1" });

        expect(await bed.store.loadLineage(ALICE, turnId("t1"))).toEqual([
          { ...newTurn("t1", first), ...end },
        ]);
        expect(await bed.store.findTurnByState(ALICE, "s1")).toBeUndefined();
      },
    );

    test.each(THREE_STATUSES)("a %s turn moves the head only when it completed", async (status) => {
      const first = conversation("c1");
      await bed.runTurn("t1", first);
      await bed.runTurn("t2", first, "t1", { status, endedAt: 4_000 });

      const head = status === "completed" ? "t2" : "t1";
      expect(await bed.store.findConversation(ALICE, "c1")).toEqual({
        ...first,
        headTurnId: head,
        headStateHash: `state of ${head}`,
        updatedAt: 4_000,
      });
    });

    test("a turn without an answer, a first token or a transcript is fine", async () => {
      const first = conversation("c1");
      const { answer: _answer, firstTokenAt: _firstTokenAt, ...rest } = outcome({ transcript: [] });
      await bed.store.beginTurn(first, newTurn("t1", first));
      await bed.store.finishTurn(turnId("t1"), rest);

      expect(await bed.store.loadLineage(ALICE, turnId("t1"))).toEqual([
        { ...newTurn("t1", first), ...rest },
      ]);
    });

    test("the end of a turn whose conversation was deleted meanwhile is ignored", async () => {
      const first = conversation("c1");
      await bed.store.beginTurn(first, newTurn("t1", first));
      await bed.store.deleteConversation(ALICE, first.id);
      await bed.store.finishTurn(turnId("t1"), outcome({ stateHash: "s1" }));

      expect(await bed.store.findConversation(ALICE, "c1")).toBeUndefined();
      expect(await bed.store.findTurnByState(ALICE, "s1")).toBeUndefined();
    });

    test("a turn that cannot be recorded leaves its conversation as it was", async () => {
      const first = conversation("c1");
      await bed.store.beginTurn(first, newTurn("t1", first));
      const changed = { ...first, model: "opus" };
      await expect(bed.store.beginTurn(changed, newTurn("t1", first))).rejects.toThrow();
      const other = conversation("c2");
      await expect(bed.store.beginTurn(other, newTurn("t1", other))).rejects.toThrow();

      expect(await bed.store.findConversation(ALICE, "c1")).toEqual(first);
      expect(await bed.store.findConversation(ALICE, "c2")).toBeUndefined();
    });

    test("a turn cannot continue one that is gone", async () => {
      const first = conversation("c1");
      const turn = newTurn("t2", first, { parentTurnId: turnId("t1") });
      await expect(bed.store.beginTurn(first, turn)).rejects.toMatchObject({ info: { kind: "not-found" } });
      expect(await bed.store.findConversation(ALICE, "c1")).toBeUndefined();
    });

    test("turns that a dead server left running become failed, once", async () => {
      const first = conversation("c1");
      await bed.runTurn("t1", first);
      await bed.store.beginTurn(first, newTurn("t2", first, { parentTurnId: turnId("t1") }));
      const named = conversation("c2", { name: "my/“talk”" });
      await bed.store.beginTurn(named, newTurn("t3", named));

      const { input: _, ...begun } = newTurn("t2", first);
      const { input: __, ...alone } = newTurn("t3", named);
      const failed = await bed.store.failAbandonedTurns(9_000);
      expect(failed.toSorted((one, other) => one.id.localeCompare(other.id))).toEqual([
        begun,
        { ...alone, conversationName: "my/“talk”" },
      ]);
      expect(await bed.store.failAbandonedTurns(9_500)).toEqual([]);
      expect((await bed.store.loadLineage(ALICE, turnId("t2")))?.at(-1)).toEqual({
        ...newTurn("t2", first, { parentTurnId: turnId("t1") }),
        status: "failed",
        errorKind: "internal",
        endedAt: 9_000,
      });
      expect((await bed.store.findConversation(ALICE, "c1"))?.headTurnId).toBe("t1");
    });
  });
}
