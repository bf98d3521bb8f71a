import { describe, expect, test } from "vitest";

import type { ItemBed } from "./conversation-items.ts";
import { ALL, itemConversation, items } from "./item-fixtures.ts";
import { ALICE, BOB, conversation, conversationId } from "./store-fixtures.ts";

const C1 = conversationId("c1");

export function describeItemConversations(bed: ItemBed): void {
  const begin = (changes: { readonly name?: string } = {}) =>
    bed.store.beginTurn(conversation("c1", changes), {
      id: "t1" as never,
      conversationId: C1,
      principalId: ALICE,
      placement: "spare",
      protocol: "chat-completions",
      profile: "default",
      model: "sonnet",
      input: [],
      startedAt: 2_000,
    });

  describe("a conversation with items", () => {
    test("comes back as it was made, also after a restart", async () => {
      const made = itemConversation("c1", { metadata: { topic: "né \0 \ud800" } });
      await bed.store.items.createConversation(made, items("a", "b"));
      await bed.reopen();
      expect(await bed.store.items.findConversation(ALICE, "c1")).toEqual(made);
      expect(await bed.store.items.loadItems(ALICE, C1)).toEqual(items("a", "b"));
    });

    test("is one of the conversations, named by its id", async () => {
      await bed.store.items.createConversation(itemConversation("c1"), items("a"));
      expect(await bed.store.findConversation(ALICE, "c1")).toEqual({
        id: "c1",
        principalId: ALICE,
        name: "c1",
        profile: "",
        model: "",
        systemText: "",
        createdAt: 1_000,
        updatedAt: 1_000,
      });
      expect(await bed.store.deleteConversation(ALICE, C1)).toBe(true);
      expect(await bed.store.items.findConversation(ALICE, "c1")).toBeUndefined();
      expect(await bed.store.items.loadItems(ALICE, C1)).toEqual([]);
      expect(await bed.store.items.appendItems(ALICE, C1, items("b"), 2_000)).toBe(false);
    });

    test("keeps items and metadata when turns are recorded", async () => {
      await bed.store.items.createConversation(itemConversation("c1", { metadata: { a: "1" } }), items("a"));
      const known = await bed.store.findConversation(ALICE, "c1");
      if (!known) throw new Error("The conversation is missing.");
      const turn = { ...conversation("c1"), ...known, profile: "chat", model: "opus" };
      await bed.store.beginTurn(turn, {
        id: "t1" as never,
        conversationId: C1,
        principalId: ALICE,
        placement: "spare",
        protocol: "responses",
        profile: "chat",
        model: "opus",
        input: [],
        startedAt: 2_000,
      });
      expect(await bed.store.findConversation(ALICE, "c1")).toMatchObject({ name: "c1", model: "opus" });
      expect((await bed.store.items.findConversation(ALICE, "c1"))?.metadata).toEqual({ a: "1" });
      expect(await bed.store.items.loadItems(ALICE, C1)).toEqual(items("a"));
    });

    test("gets other metadata", async () => {
      await bed.store.items.createConversation(itemConversation("c1", { metadata: { a: "1" } }), []);
      const changed = itemConversation("c1", { metadata: { b: "2" } });
      expect(await bed.store.items.updateMetadata(ALICE, C1, { b: "2" })).toEqual(changed);
      expect(await bed.store.items.findConversation(ALICE, "c1")).toEqual(changed);
      expect(await bed.store.items.updateMetadata(ALICE, conversationId("none"), {})).toBeUndefined();
    });

    test("belongs to one principal only", async () => {
      const { items: store } = bed.store;
      await store.createConversation(itemConversation("c1"), items("a"));
      expect(await store.findConversation(BOB, "c1")).toBeUndefined();
      expect(await store.updateMetadata(BOB, C1, { a: "1" })).toBeUndefined();
      expect(await store.loadItems(BOB, C1)).toEqual([]);
      expect((await store.listItems(BOB, C1, ALL))?.items).toEqual([]);
      expect(await store.findItem(BOB, C1, "a")).toBeUndefined();
      expect(await store.appendItems(BOB, C1, items("b"), 2_000)).toBe(false);
      expect(await store.replaceItems(BOB, C1, items("b"), 2_000)).toBe(false);
      expect(await store.adoptConversation(BOB, C1, items("b"), 2_000)).toBe(false);
      expect(await store.deleteItem(BOB, C1, "a")).toBe(false);
      expect(await store.findConversation(ALICE, "c1")).toEqual(itemConversation("c1"));
      expect(await store.loadItems(ALICE, C1)).toEqual(items("a"));
    });
  });

  describe("a conversation without items", () => {
    test("is given some once, and its id as its name", async () => {
      await begin();
      expect(await bed.store.items.findConversation(ALICE, "c1")).toBeUndefined();
      expect(await bed.store.items.appendItems(ALICE, C1, items("x"), 3_000)).toBe(false);
      expect(await bed.store.items.adoptConversation(ALICE, C1, items("a"), 3_000)).toBe(true);
      expect(await bed.store.items.adoptConversation(ALICE, C1, items("b"), 4_000)).toBe(true);
      expect(await bed.store.items.findConversation(ALICE, "c1")).toEqual(itemConversation("c1"));
      expect(await bed.store.items.loadItems(ALICE, C1)).toEqual(items("a"));
      expect((await bed.store.findConversation(ALICE, "c1"))?.name).toBe("c1");
    });

    test("keeps the name that its client gave it, and is found by it", async () => {
      await begin({ name: "notes" });
      await bed.store.items.adoptConversation(ALICE, C1, [], 3_000);
      expect(await bed.store.items.findConversation(ALICE, "notes")).toEqual(itemConversation("c1"));
      expect((await bed.store.findConversation(ALICE, "c1"))?.name).toBe("notes");
    });

    test("that does not exist is not given any", async () => {
      expect(await bed.store.items.adoptConversation(ALICE, C1, items("a"), 3_000)).toBe(false);
    });
  });

  describe("retention of items", () => {
    test("deletes those that are older", async () => {
      await bed.store.items.createConversation(
        itemConversation("c1"),
        items(...Array.from({ length: 120 }, (_, index) => `old${index}`)),
      );
      await bed.store.items.appendItems(ALICE, C1, items("new"), 2_000);
      await bed.store.purgeContent(2_000);
      expect(await bed.store.items.loadItems(ALICE, C1)).toEqual(items("new"));
      expect(await bed.store.items.findConversation(ALICE, "c1")).toEqual(itemConversation("c1"));
    });

    test("of nothing writes nothing and deletes what was kept", async () => {
      await bed.store.items.createConversation(itemConversation("c1", { metadata: { a: "1" } }), items("a"));
      await bed.reopen({ content: "none" });
      expect(bed.store.items.isEnabled).toBe(false);
      await bed.store.items.createConversation(itemConversation("c2"), items("a"));
      expect(await bed.store.items.adoptConversation(ALICE, C1, items("a"), 3_000)).toBe(false);
      await bed.reopen();
      for (const id of ["c1", "c2"]) {
        expect(await bed.store.items.findConversation(ALICE, id)).toBeUndefined();
        expect(await bed.store.items.loadItems(ALICE, conversationId(id))).toEqual([]);
      }
    });
  });
}
