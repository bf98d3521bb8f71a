import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { completion, userMessages } from "./completion-fixtures.ts";
import type { CompletionBed } from "./completion-store.ts";
import { ALICE, BOB } from "./store-fixtures.ts";

const ALL = { limit: 100, order: "asc" } as const;

export function describeKeeping(bed: CompletionBed): void {
  describe("a stored completion", () => {
    test("comes back as it was saved, also after a restart", async () => {
      const saved = completion("c1", { metadata: { b: "2", a: "1" } });
      await bed.store.completions.saveCompletion(saved, userMessages(2));
      await bed.reopen();
      expect(bed.store.completions.isEnabled).toBe(true);
      expect(await bed.store.completions.findCompletion(ALICE, "c1")).toEqual(saved);
      expect(await bed.store.completions.listMessages(ALICE, "c1", ALL)).toEqual({
        items: userMessages(2).map((message, position) => ({ position, message })),
        hasMore: false,
      });
    });

    test("of any unicode comes back, and is found by it", async () => {
      let count = 0;
      const text = fc.string({ unit: "binary" });
      await fc.assert(
        fc.asyncProperty(text, text, text, async (key, value, content) => {
          const metadata = Object.fromEntries([[key, value]]);
          const saved = completion(`c${++count}`, {
            model: `m${count}${content}`,
            metadata,
            body: { content },
          });
          await bed.store.completions.saveCompletion(saved, [{ role: "user", content }]);
          expect(await bed.store.completions.findCompletion(ALICE, saved.id)).toEqual(saved);
          const query = { ...ALL, model: saved.model, metadata };
          expect(await bed.store.completions.listCompletions(ALICE, query)).toEqual({
            items: [saved],
            hasMore: false,
          });
          const messages = await bed.store.completions.listMessages(ALICE, saved.id, ALL);
          expect(messages?.items).toEqual([{ position: 0, message: { role: "user", content } }]);
        }),
        { numRuns: 30 },
      );
    });

    test("may hold megabytes and thousands of messages", async () => {
      const body = { content: "x".repeat(5_000_000) };
      const messages = [{ role: "user", content: "né\n".repeat(1_700_000) }, ...userMessages(2_500)];
      await bed.store.completions.saveCompletion(completion("c1", { body }), messages);
      expect((await bed.store.completions.findCompletion(ALICE, "c1"))?.body).toEqual(body);
      const last = await bed.store.completions.listMessages(ALICE, "c1", { limit: 1, order: "desc" });
      expect(last?.items).toEqual([{ position: 2_500, message: messages.at(-1) }]);
    });

    test("that cannot be saved leaves nothing behind", async () => {
      const { completions } = bed.store;
      await completions.saveCompletion(completion("c1"), []);
      const other = completion("c1", { metadata: { other: "yes" }, principalId: BOB });
      await expect(completions.saveCompletion(other, userMessages(1))).rejects.toThrow();
      expect(await completions.findCompletion(ALICE, "c1")).toEqual(completion("c1"));
      expect((await completions.listMessages(ALICE, "c1", ALL))?.items).toEqual([]);
    });

    test("belongs to one principal only", async () => {
      const { completions } = bed.store;
      await completions.saveCompletion(completion("c1", { metadata: { a: "1" } }), userMessages(1));
      expect(await completions.findCompletion(BOB, "c1")).toBeUndefined();
      expect(await completions.listMessages(BOB, "c1", ALL)).toBeUndefined();
      expect(await completions.updateMetadata(BOB, "c1", { b: "2" })).toBeUndefined();
      expect(await completions.deleteCompletion(BOB, "c1", 5_000)).toBe(false);
      expect((await completions.listCompletions(BOB, ALL))?.items).toEqual([]);
      expect(await completions.listCompletions(BOB, { ...ALL, after: "c1" })).toBeUndefined();
      expect((await completions.findCompletion(ALICE, "c1"))?.metadata).toEqual({ a: "1" });
    });

    test("gets other metadata, and is found by that only", async () => {
      const { completions } = bed.store;
      const saved = completion("c1", { metadata: { a: "1", b: "2" } });
      await completions.saveCompletion(saved, []);
      const changed = { ...saved, metadata: { b: "3" } };
      expect(await completions.updateMetadata(ALICE, "c1", { b: "3" })).toEqual(changed);
      expect(await completions.findCompletion(ALICE, "c1")).toEqual(changed);
      const idsWith = async (metadata: Record<string, string>) =>
        (await completions.listCompletions(ALICE, { ...ALL, metadata }))?.items.map(({ id }) => id);
      expect(await idsWith({ a: "1" })).toEqual([]);
      expect(await idsWith({ b: "2" })).toEqual([]);
      expect(await idsWith({ b: "3" })).toEqual(["c1"]);
      expect(await completions.updateMetadata(ALICE, "c1", {})).toEqual({ ...saved, metadata: {} });
      expect(await completions.updateMetadata(ALICE, "none", {})).toBeUndefined();
    });

    test("is gone with its messages when it is deleted", async () => {
      const { completions } = bed.store;
      await completions.saveCompletion(completion("c1", { metadata: { a: "1" } }), userMessages(2));
      expect(await completions.deleteCompletion(ALICE, "c1", 5_000)).toBe(true);
      expect(await completions.deleteCompletion(ALICE, "c1", 5_000)).toBe(false);
      expect(await completions.findCompletion(ALICE, "c1")).toBeUndefined();
      expect(await completions.listMessages(ALICE, "c1", ALL)).toBeUndefined();
      expect((await completions.listCompletions(ALICE, { ...ALL, metadata: { a: "1" } }))?.items).toEqual([]);
    });

    test("is not found by an id that no database would take", async () => {
      const { completions } = bed.store;
      for (const id of ["a\0b", "\u{D800}", "'; --", ""]) {
        expect(await completions.findCompletion(ALICE, id)).toBeUndefined();
        expect(await completions.listMessages(ALICE, id, ALL)).toBeUndefined();
        expect(await completions.listCompletions(ALICE, { ...ALL, after: id })).toBeUndefined();
        expect(await completions.updateMetadata(ALICE, id, {})).toBeUndefined();
        expect(await completions.deleteCompletion(ALICE, id, 5_000)).toBe(false);
      }
    });
  });
}
