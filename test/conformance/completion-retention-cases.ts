import { describe, expect, test } from "vitest";

import { completion, userMessages } from "./completion-fixtures.ts";
import type { CompletionBed } from "./completion-store.ts";
import { ALICE } from "./store-fixtures.ts";

const ALL = { limit: 100, order: "asc" } as const;

export function describeRetention(bed: CompletionBed): void {
  describe("retention of completions", () => {
    test("deletes what is older, with its messages, however much", async () => {
      const { completions } = bed.store;
      for (let index = 0; index < 120; index++) {
        await completions.saveCompletion(
          completion(`old${index}`, { createdAt: 1_999, metadata: { a: "1" } }),
          userMessages(1),
        );
      }
      await completions.saveCompletion(completion("new", { createdAt: 2_000 }), userMessages(1));
      await bed.store.purgeContent(2_000);
      expect(await listIds(bed)).toEqual(["new"]);
      expect(await completions.listMessages(ALICE, "old0", ALL)).toBeUndefined();
      expect((await completions.listMessages(ALICE, "new", ALL))?.items).toHaveLength(1);
    });

    test("of nothing writes nothing and deletes what was kept", async () => {
      await bed.store.completions.saveCompletion(completion("c1"), userMessages(1));
      await bed.reopen({ content: "none" });
      expect(bed.store.completions.isEnabled).toBe(false);
      await bed.store.completions.saveCompletion(completion("c2"), userMessages(1));
      expect(await listIds(bed)).toEqual([]);
      await bed.reopen();
      expect(await listIds(bed)).toEqual([]);
    });
  });
}

async function listIds({ store }: CompletionBed): Promise<readonly string[] | undefined> {
  const page = await store.completions.listCompletions(ALICE, ALL);
  return page?.items.map(({ id }) => id);
}
