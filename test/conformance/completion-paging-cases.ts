import { describe, expect, test } from "vitest";

import type { CompletionQuery, Page, StoredCompletion } from "../../src/core/ports/completion-store.ts";
import { completion, userMessages } from "./completion-fixtures.ts";
import type { CompletionBed } from "./completion-store.ts";
import { ALICE } from "./store-fixtures.ts";

const HOUR_MS = 60 * 60 * 1000;

export function describePaging(bed: CompletionBed): void {
  /** Seven of them, two of each time; the names are in the order of the ids. */
  const saveSeven = async () => {
    for (const id of ["c6", "c2", "c0", "c4", "c1", "c5", "c3"]) {
      const number = Number(id.slice(1));
      await bed.store.completions.saveCompletion(
        completion(id, {
          createdAt: 1_000 + Math.floor(number / 2),
          model: number % 2 === 0 ? "sonnet" : "opus",
          metadata: { kind: number < 4 ? "early" : "late", number: String(number) },
        }),
        [],
      );
    }
  };
  const list = async (query: Partial<CompletionQuery>): Promise<Page<StoredCompletion>> => {
    const page = await bed.store.completions.listCompletions(ALICE, { limit: 100, order: "asc", ...query });
    if (!page) throw new Error("The place to go on from is unknown");
    return page;
  };

  describe("a list of completions", () => {
    test.each(["asc", "desc"] as const)("goes through all of them, %s, whatever the page", async (order) => {
      await saveSeven();
      const all = ["c0", "c1", "c2", "c3", "c4", "c5", "c6"];
      if (order === "desc") all.reverse();
      for (const limit of [1, 2, 3, 6, 7, 100]) {
        const seen: string[] = [];
        for (let hasMore = true; hasMore;) {
          const after = seen.at(-1);
          const page = await list({ order, limit, ...(after !== undefined && { after }) });
          expect(page.items.length).toBe(Math.min(limit, all.length - seen.length));
          seen.push(...ids(page));
          expect(page.hasMore).toBe(seen.length < all.length);
          ({ hasMore } = page);
        }
        expect(seen).toEqual(all);
      }
    });

    test("is by model and by all of the metadata", async () => {
      await saveSeven();
      expect(ids(await list({ model: "opus" }))).toEqual(["c1", "c3", "c5"]);
      expect(ids(await list({ model: "opus", metadata: { kind: "early" } }))).toEqual(["c1", "c3"]);
      expect(ids(await list({ metadata: { kind: "early", number: "2" } }))).toEqual(["c2"]);
      expect(ids(await list({ metadata: { kind: "early", number: "6" } }))).toEqual([]);
      expect(ids(await list({ metadata: { early: "kind" } }))).toEqual([]);
      expect(ids(await list({ model: "none" }))).toEqual([]);
      const page = await list({ metadata: { kind: "early" }, limit: 2, after: "c0" });
      expect([ids(page), page.hasMore]).toEqual([["c1", "c2"], true]);
    });

    test("goes on from one that was deleted, for an hour", async () => {
      await saveSeven();
      const { completions } = bed.store;
      await completions.deleteCompletion(ALICE, "c3", 10_000);
      expect(ids(await list({ after: "c3" }))).toEqual(["c4", "c5", "c6"]);
      expect(ids(await list({ after: "c3", order: "desc" }))).toEqual(["c2", "c1", "c0"]);
      await completions.deleteCompletion(ALICE, "c0", 10_000 + HOUR_MS);
      expect(ids(await list({ after: "c3" }))).toEqual(["c4", "c5", "c6"]);
      await completions.deleteCompletion(ALICE, "c1", 10_001 + HOUR_MS);
      const query = { limit: 10, order: "asc", after: "c3" } as const;
      expect(await completions.listCompletions(ALICE, query)).toBeUndefined();
    });

    test("does not go on from an unknown one", async () => {
      await saveSeven();
      const query = { limit: 10, order: "asc", after: "none" } as const;
      expect(await bed.store.completions.listCompletions(ALICE, query)).toBeUndefined();
    });
  });

  test("a list of messages goes through all of them, both ways", async () => {
    const { completions } = bed.store;
    await completions.saveCompletion(completion("c1"), userMessages(12));
    await completions.saveCompletion(completion("c2"), userMessages(1));
    const positions = async (order: "asc" | "desc", limit: number, after?: number) => {
      const page = await completions.listMessages(ALICE, "c1", {
        order,
        limit,
        ...(after !== undefined && { after }),
      });
      return [page?.items.map(({ position }) => position), page?.hasMore];
    };
    expect(await positions("asc", 5)).toEqual([[0, 1, 2, 3, 4], true]);
    expect(await positions("asc", 5, 4)).toEqual([[5, 6, 7, 8, 9], true]);
    expect(await positions("asc", 5, 9)).toEqual([[10, 11], false]);
    expect(await positions("desc", 2)).toEqual([[11, 10], true]);
    expect(await positions("desc", 2, 2)).toEqual([[1, 0], false]);
    expect(await positions("desc", 2, 0)).toEqual([[], false]);
  });
}

function ids(page: Page<StoredCompletion>): readonly string[] {
  return page.items.map(({ id }) => id);
}
