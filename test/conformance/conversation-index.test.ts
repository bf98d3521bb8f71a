import { expect, test } from "vitest";

import { openStore } from "../../src/store/open-store.ts";
import { onEachDatabase } from "./on-each-database.ts";
import { ALICE, BOB, conversation, conversationId, newTurn } from "./store-fixtures.ts";

onEachDatabase("conversations of all", (database, createLocation) => {
  test(`${database}: all principals', newest first, by filter, whole over pages`, async () => {
    const store = await openStore({ location: await createLocation(), retention: { content: "keep" } });
    try {
      const of = [
        conversation("c1", { updatedAt: 1_000 }),
        conversation("c2", { updatedAt: 1_000, principalId: BOB }),
        conversation("c3", { updatedAt: 1_000, profile: "chat" }),
        conversation("c4", { updatedAt: 5_000, principalId: BOB, profile: "chat", name: "x\u0000y" }),
      ];
      for (const [index, each] of of.entries()) await store.beginTurn(each, newTurn(`t${index}`, each));
      const { index } = store;
      const ids = async (...asked: Parameters<typeof index.listAll>) =>
        (await index.listAll(...asked)).map(({ id }) => id);
      const all = { limit: 10 };
      expect(await ids({}, all)).toEqual(["c4", "c3", "c2", "c1"]);
      expect((await index.listAll({}, { limit: 1 }))[0]).toMatchObject({ name: "x\u0000y", turnCount: 1 });
      expect(await ids({}, { limit: 2, after: { updatedAt: 1_000, id: "c3" } })).toEqual(["c2", "c1"]);
      expect(await ids({ principalId: BOB }, all)).toEqual(["c4", "c2"]);
      expect(await ids({ principalId: ALICE, profile: "chat" }, all)).toEqual(["c3"]);
      const some = ["c1", "c4", "c9"].map(conversationId);
      expect(await ids({ only: some }, all)).toEqual(["c4", "c1"]);
      expect(await ids({ only: [] }, all)).toEqual([]);
      expect(await ids({ without: some }, all)).toEqual(["c3", "c2"]);
      expect(await index.ownerOf(conversationId("c2"))).toBe(BOB);
      expect(await index.ownerOf(conversationId("c9"))).toBeUndefined();
    } finally {
      await store.close();
    }
  });
});
