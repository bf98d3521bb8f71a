import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";

import type { ItemBed } from "./conversation-items.ts";
import { ALL, itemConversation, items } from "./item-fixtures.ts";
import { ALICE, conversationId } from "./store-fixtures.ts";

const C1 = conversationId("c1");

export function describeItems(bed: ItemBed): void {
  const idsOf = async () => (await bed.store.items.loadItems(ALICE, C1)).map(({ id }) => id);

  describe("items", () => {
    beforeEach(() => bed.store.items.createConversation(itemConversation("c1"), items("a", "b", "c")));

    test("are added at the end, found, replaced and deleted", async () => {
      const { items: store } = bed.store;
      expect(await store.appendItems(ALICE, C1, items("d", "e"), 2_000)).toBe(true);
      expect(await idsOf()).toEqual(["a", "b", "c", "d", "e"]);
      expect(await store.findItem(ALICE, C1, "d")).toEqual(items("d")[0]);
      expect(await store.deleteItem(ALICE, C1, "b")).toBe(true);
      expect(await store.deleteItem(ALICE, C1, "b")).toBe(false);
      expect(await store.deleteItem(ALICE, C1, "e")).toBe(true);
      expect(await store.findItem(ALICE, C1, "b")).toBeUndefined();
      await store.appendItems(ALICE, C1, items("f"), 3_000);
      expect(await idsOf()).toEqual(["a", "c", "d", "f"]);
      expect(await store.replaceItems(ALICE, C1, items("x", "a"), 4_000)).toBe(true);
      expect(await idsOf()).toEqual(["x", "a"]);
      expect((await bed.store.findConversation(ALICE, "c1"))?.updatedAt).toBe(4_000);
    });

    test("come back after they were deleted, at the end", async () => {
      const { items: store } = bed.store;
      await store.deleteItem(ALICE, C1, "a");
      await store.appendItems(ALICE, C1, items("a"), 2_000);
      expect(await idsOf()).toEqual(["b", "c", "a"]);
    });

    test("are added all or not at all", async () => {
      await expect(bed.store.items.appendItems(ALICE, C1, items("d", "a"), 2_000)).rejects.toThrow();
      expect(await idsOf()).toEqual(["a", "b", "c"]);
    });

    test("that are added at the same time all arrive", async () => {
      const added = Array.from({ length: 20 }, (_, index) => `x${index}`);
      await Promise.all(added.map((id) => bed.store.items.appendItems(ALICE, C1, items(id), 2_000)));
      expect((await idsOf()).toSorted()).toEqual(["a", "b", "c", ...added].toSorted());
    });

    test("hold any text, and have any id", async () => {
      let count = 0;
      const text = fc.string({ unit: "binary" });
      await fc.assert(
        fc.asyncProperty(text, text, async (name, content) => {
          const kept = { id: `${++count}${name}`, item: { type: "message", content, [name]: 1 } };
          await bed.store.items.appendItems(ALICE, C1, [kept], 2_000);
          expect(await bed.store.items.findItem(ALICE, C1, kept.id)).toEqual(kept);
        }),
        { numRuns: 20 },
      );
    });

    test.each(["asc", "desc"] as const)("are listed page by page, %s", async (order) => {
      await bed.store.items.appendItems(ALICE, C1, items("d", "e", "f", "g"), 2_000);
      const all = ["a", "b", "c", "d", "e", "f", "g"];
      if (order === "desc") all.reverse();
      for (const limit of [1, 2, 3, 6, 7, 100]) {
        const seen: string[] = [];
        for (let hasMore = true; hasMore;) {
          const after = seen.at(-1);
          const query = { order, limit, ...(after !== undefined && { after }) };
          const page = await bed.store.items.listItems(ALICE, C1, query);
          seen.push(...(page?.items.map(({ id }) => id) ?? []));
          hasMore = page?.hasMore ?? false;
          expect(hasMore).toBe(seen.length < all.length);
        }
        expect(seen).toEqual(all);
      }
    });

    test("are listed on from one that was deleted, and from no other text", async () => {
      const { items: store } = bed.store;
      await store.deleteItem(ALICE, C1, "b");
      expect((await store.listItems(ALICE, C1, { ...ALL, after: "b" }))?.items).toEqual(items("c"));
      expect(await store.listItems(ALICE, C1, { ...ALL, after: "none" })).toBeUndefined();
      expect((await store.listItems(ALICE, C1, ALL))?.items).toEqual(items("a", "c"));
    });
  });
}
