import { describe, expect, test } from "vitest";

import type { FileQuery } from "../../src/core/ports/file-store.ts";
import { keepFile } from "./file-fixtures.ts";
import type { FileBed } from "./file-store.ts";
import { ALICE, BOB } from "./store-fixtures.ts";

export function describeFileListing(bed: FileBed): void {
  const keepSeven = async () => {
    const ids: string[] = [];
    for (let number = 0; number < 7; number++) {
      bed.now += 1_000;
      const purpose = number % 2 === 0 ? "user_data" : "vision";
      ids.push((await keepFile(bed.store.files, Buffer.from("x"), { purpose })).id);
    }
    await keepFile(bed.store.files, Buffer.from("x"), { principalId: BOB });
    return ids;
  };
  const idsOf = async (query: Partial<FileQuery>) => {
    const page = await bed.store.files.listFiles(ALICE, { limit: 100, order: "asc", ...query });
    return page?.items.map(({ id }) => id);
  };

  describe("a list of files", () => {
    test.each(["asc", "desc"] as const)("goes through all of them, %s, whatever the page", async (order) => {
      const all = await keepSeven();
      if (order === "desc") all.reverse();
      for (const limit of [1, 2, 3, 6, 7, 100]) {
        const seen: string[] = [];
        for (let hasMore = true; hasMore;) {
          const after = seen.at(-1);
          const query = { order, limit, ...(after !== undefined && { after }) };
          const page = await bed.store.files.listFiles(ALICE, query);
          seen.push(...(page?.items.map(({ id }) => id) ?? []));
          hasMore = page?.hasMore ?? false;
          expect(hasMore).toBe(seen.length < all.length);
        }
        expect(seen).toEqual(all);
      }
    });

    test("is by purpose", async () => {
      const all = await keepSeven();
      expect(await idsOf({ purpose: "vision" })).toEqual(all.filter((_, index) => index % 2 === 1));
      expect(await idsOf({ purpose: "none" })).toEqual([]);
    });

    test("goes on from one that was deleted, and from no other text", async () => {
      const all = await keepSeven();
      await bed.store.files.deleteFile(ALICE, all[3] ?? "");
      expect(await idsOf({ after: all[3] ?? "" })).toEqual(all.slice(4));
      expect(await idsOf({ after: all[3] ?? "", order: "desc" })).toEqual(all.slice(0, 3).toReversed());
      expect(await idsOf({ after: "none" })).toBeUndefined();
    });
  });
}
